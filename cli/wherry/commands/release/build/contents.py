"""What is in an archive: the programs, and the files that the release.yml names."""

from __future__ import annotations

import glob
import os
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from wherry.commands.release.build.item import of_file, of_folder, sorted_once
from wherry.commands.release.file import DEFAULT_FILES, ArchiveFile
from wherry.commands.release.template import render
from wherry.core.record import replace
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wherry.commands.release.build.item import Item
    from wherry.commands.release.build.program import Program
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Archive


def of_archive(
    archive: Archive, programs: Iterable[Program], folder: Path, fields: Named, stem: str
) -> tuple[Item, ...]:
    """All of it, by name; ``stem`` is the archive's name without its ending, ``folder`` the release.yml's.

    Raises WherryError for a file that is not there, and for two of one name.
    """
    items: list[Item] = [item for program in programs for item in of_program(program)]
    for position, each in enumerate(archive.files):
        pattern, into = (each.src, each.dst) if isinstance(each, ArchiveFile) else (each, None)
        found = list(matching(folder, pattern, into))
        if not found and archive.files != DEFAULT_FILES:
            raise WherryError(f"files[{position}]: {pattern}: no such file")
        items += found
    top = _wrapped(archive, fields, stem)
    return sorted_once([replace(item, name=top + item.name) for item in items], stem)


def of_program(program: Program) -> Iterator[Item]:
    """The file, or the folder under the program's name: two of them may each have an ``_internal``."""
    if program.path.is_dir():
        yield from of_folder(program.stem, program.path)
    else:
        yield of_file(program.name, program.path, executable=True)


def matching(folder: Path, pattern: str, into: str | None) -> Iterator[Item]:
    """The files that a pattern finds, a folder with all that is in it.

    Each is called as below ``folder``, or as ``into``: for one file that is its name, for several the folder. Raises
    WherryError for files outside of ``folder`` that ``into`` gives no name.
    """
    # Path.glob takes neither absolute patterns nor all relative ones.
    paths = [Path(folder, found) for found in sorted(glob.glob(pattern, root_dir=folder, recursive=True))]  # noqa: PTH207
    several = glob.has_magic(pattern)
    for path in paths:
        name = _name(folder, path, into, several=several)
        if path.is_dir():
            yield from of_folder(name, path)
        else:
            yield of_file(name, path)


def _name(folder: Path, path: Path, into: str | None, *, several: bool) -> str:
    if into is not None:
        name = PurePosixPath(into, path.name) if several or into.endswith("/") else PurePosixPath(into)
    else:
        # As it is written, not where links lead: README may be one to docs/index.md.
        name = PurePosixPath(os.path.relpath(path, folder).replace(os.sep, "/"))
        if name.parts[:1] == ("..",):
            raise WherryError(f"{path} is outside of {folder}, so it needs a dst")
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise WherryError(f"{into!r} is no name in an archive")
    return str(name)


def _wrapped(archive: Archive, fields: Named, stem: str) -> str:
    """The folder that is around all, with its slash."""
    wrap = archive.wrap_in_directory
    name = render(wrap, fields) if isinstance(wrap, str) else stem if wrap else ""
    parts = PurePosixPath(name).parts
    if name and (".." in parts or PurePosixPath(name).is_absolute()):
        raise WherryError(f"wrap_in_directory: {name!r} is no name of a folder")
    return f"{'/'.join(parts)}/" if parts else ""
