"""Where the files of a Linux package are installed (https://refspecs.linuxfoundation.org/FHS_3.0/fhs-3.0.html)."""

from __future__ import annotations

import gzip
import posixpath
import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build.contents import matching
from wherry.commands.release.build.debian import lintian_overrides
from wherry.commands.release.build.item import Item, of_file, of_folder, sorted_once
from wherry.core.record import replace
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from wherry.commands.release.build.program import Program
    from wherry.commands.release.file import Content, Nfpm

_LIBRARY: Final = re.compile(r"\.so(\.[0-9]+)*$")


def of_package(package: Nfpm, name: str, kind: str, programs: Sequence[Program], folder: Path) -> tuple[Item, ...]:
    """All files of the package ``name``, a deb or an rpm, each under its path from the root, without the first slash.

    ``package`` is as it is in this format, ``folder`` the release.yml's. Raises WherryError for a file that is not
    there, and for two of one name.
    """
    items: list[Item] = []
    for program in programs:
        items += _program(program, package.bindir)
        items += _completions(program.stem, kind, folder)
    items += _manual(folder)
    items += _licence(name, folder)
    for position, content in enumerate(package.contents):
        if content.packager in (None, kind):
            items += _content(content, f"contents[{position}]", folder)
    if kind == "deb" and any(program.path.is_dir() for program in programs):
        items.append(lintian_overrides(name))
    return sorted_once([replace(item, name=item.name.lstrip("/")) for item in items], name)


def _program(program: Program, bindir: str) -> Iterator[Item]:
    called = f"{bindir.rstrip('/')}/{program.name}"
    if not program.path.is_dir():
        yield of_file(called, program.path, executable=True)
        return
    home = f"/usr/lib/{program.stem}"
    for item in of_folder(home, program.path):
        # Nothing runs a library, and Debian's policy wants that to be seen (10.2).
        yield replace(item, executable=False) if _LIBRARY.search(item.name) else item
    # Relative, as Debian's policy wants it within one top folder (10.5).
    yield Item(called, link=posixpath.relpath(f"{home}/{program.name}", bindir))


def _content(content: Content, where: str, folder: Path) -> Iterator[Item]:
    mode = content.file_info.mode
    name = content.dst.strip("/")
    if content.src is None:
        yield Item(name, mode=mode)
    elif content.type == "symlink":
        yield Item(name, link=content.src)
    else:
        found = list(matching(folder, content.src, content.dst.lstrip("/")))
        if not found:
            raise WherryError(f"{where}: {content.src}: no such file")
        config = content.type if content.type.startswith("config") else ""
        for item in found:
            yield item if item.link is not None else replace(item, mode=mode, config=config)


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
