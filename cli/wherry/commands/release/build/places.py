"""Where the files of a Linux package are installed (https://refspecs.linuxfoundation.org/FHS_3.0/fhs-3.0.html)."""

from __future__ import annotations

import gzip
import posixpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wherry.commands.release.build.contents import matching
from wherry.commands.release.build.item import Item, of_file, of_folder, sorted_once
from wherry.core.record import replace
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from wherry.commands.release.build.program import Program
    from wherry.commands.release.file import Nfpm


def of_package(package: Nfpm, name: str, kind: str, programs: Iterable[Program], folder: Path) -> tuple[Item, ...]:
    """All files of the package ``name``, a deb or an rpm, each under its path from the root, without the first slash.

    ``folder`` is the release.yml's. Raises WherryError for a file that is not there, and for two of one name.
    """
    items: list[Item] = []
    for program in programs:
        items += _program(program, package.bindir)
        items += _completions(program.stem, kind, folder)
    items += _manual(folder)
    items += _licence(name, folder)
    for position, content in enumerate(package.contents):
        found = list(matching(folder, content.src, content.dst.lstrip("/")))
        if not found:
            raise WherryError(f"contents[{position}]: {content.src}: no such file")
        items += found
    return sorted_once([replace(item, name=item.name.lstrip("/")) for item in items], name)


def _program(program: Program, bindir: str) -> Iterator[Item]:
    called = f"{bindir.rstrip('/')}/{program.name}"
    if not program.path.is_dir():
        yield of_file(called, program.path, executable=True)
        return
    home = f"/usr/lib/{program.stem}"
    yield from of_folder(home, program.path)
    # Relative, as Debian's policy wants it within one top folder (10.5).
    yield Item(called, link=posixpath.relpath(f"{home}/{program.name}", bindir))


def _completions(name: str, kind: str, folder: Path) -> Iterator[Item]:
    zsh = "vendor-completions" if kind == "deb" else "site-functions"
    for found, place in (
        (f"{name}.bash", f"bash-completion/completions/{name}"),
        (f"_{name}", f"zsh/{zsh}/_{name}"),
        (f"{name}.zsh", f"zsh/{zsh}/_{name}"),
        (f"{name}.fish", f"fish/vendor_completions.d/{name}.fish"),
    ):
        file = folder / "completions" / found
        if file.is_file() and not (found.endswith(".zsh") and (file.parent / f"_{name}").is_file()):
            yield of_file(f"/usr/share/{place}", file, executable=False)


def _manual(folder: Path) -> Iterator[Item]:
    """The pages of man/, compressed as Debian's policy wants them (12.1), with nothing in them of the machine."""
    for file in sorted((folder / "man").glob("*.[1-8]")):
        section = PurePosixPath(file.name).suffix[1:]
        data = gzip.compress(file.read_bytes(), mtime=0)
        yield Item(f"/usr/share/man/man{section}/{file.name}.gz", data=data)


def _licence(name: str, folder: Path) -> Iterator[Item]:
    file = next(iter(sorted(file for file in folder.glob("LICEN[CS]E*") if file.is_file())), None)
    if file:
        yield of_file(f"/usr/share/doc/{name}/copyright", file, executable=False)
