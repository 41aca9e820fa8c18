"""PyInstaller's one-folder program as files to unpack, with the C library of this machine."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release.launcher import bootloader, elf, libc
from wherry.commands.release.launcher.payload import Packed, Program
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENTS: Final = "_internal"
"""Where PyInstaller puts everything but the program, unless a spec says otherwise."""


def program(folder: Path, name: str) -> Program:
    """What is in ``folder``, of which the file ``name`` is the program. Raises WherryError."""
    files = {path.relative_to(folder).as_posix(): _read(folder, path) for path in _files(folder)}
    try:
        begin = files.pop(name).content
        loader = bootloader.loader(begin)
        if loader is None:
            raise ValueError("it is no dynamic program")
        prepared = bootloader.prepared(begin)
        names = {each for file in files.values() if elf.is_elf(file.content) for each in elf.needed(file.content)}
        names |= {*elf.needed(begin)}
    except ValueError as exc:
        raise WherryError(f"{name} is not as PyInstaller makes it: {exc}") from None
    present = [path.removeprefix(f"{CONTENTS}/") for path in files]
    system = libc.family(Path(loader), names, present)
    added = [Packed(f"{CONTENTS}/{each}", _mode(0o755), path.read_bytes()) for each, path in system.items()]
    first = Packed(name, _mode(0o755), prepared.data)
    rest = [files[path] for path in sorted(files)]
    return Program(
        [first, *added, *rest], prepared.interpreter_at, prepared.library_path_at, 1, 0, bootloader.VARIABLES
    )


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def _read(folder: Path, path: Path) -> Packed:
    inside = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return Packed(inside, stat.S_IFLNK | 0o777, str(path.readlink()).encode("utf-8", "surrogateescape"))
    content = path.read_bytes()
    if elf.is_elf(content) and "/" in inside:
        try:
            content = bootloader.inheriting(content)
        except ValueError as exc:
            raise WherryError(f"{inside} is no sound ELF file: {exc}") from None
    return Packed(inside, _mode(path.stat().st_mode), content)


def _mode(mode: int) -> int:
    """Its owner's permissions: the unpacked folder is nobody else's."""
    return stat.S_IFREG | (0o700 if mode & stat.S_IXUSR else 0o600)
