"""The files of a program, with their hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from wherry.commands.release.build.contents import of_program
from wherry.commands.release.inventory import ProgramFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wherry.commands.release.build.program import Program


def files(program: Program) -> tuple[ProgramFile, ...]:
    """Each file of it, as it is packed, by path; links are left out.

    Raises WherryError for a link that leads out of the program, OSError.
    """
    return tuple(sorted(_files(program), key=lambda file: file.path))


def _files(program: Program) -> Iterator[ProgramFile]:
    above = f"{program.stem}/" if program.path.is_dir() else ""
    for item in of_program(program):
        if item.source is not None:
            yield _file(item.name.removeprefix(above), item.source)


def _file(name: str, source: Path) -> ProgramFile:
    with source.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
        size = opened.tell()
        opened.seek(0)
        sha1 = hashlib.file_digest(opened, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
    return ProgramFile(name, size, sha256, sha1)
