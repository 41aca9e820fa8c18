"""PyInstaller's one-folder program as files to unpack, with the C library of this machine."""

from __future__ import annotations

import stat
from contextlib import contextmanager
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
    """What is in ``folder``, of which the file ``name`` is the program, and :func:`system`.

    Libraries in it are changed to be found. Raises WherryError.
    """
    with _as_made(name):
        _let_inherit(folder, name)
    files = {path.relative_to(folder).as_posix(): _read(folder, path) for path in _files(folder)}
    with _as_made(name):
        prepared = bootloader.prepared(files.pop(name).content)
    added = [
        Packed(f"{CONTENTS}/{each}", _mode(0o755), path.read_bytes()) for each, path in system(folder, name).items()
    ]
    every = [Packed(name, _mode(0o755), prepared.data), *added, *(files[path] for path in sorted(files))]
    return Program(every, prepared.interpreter_at, prepared.library_path_at, 1, 0, bootloader.VARIABLES)


def system(folder: Path, name: str) -> dict[str, Path]:
    """The C library of this machine, as far as the program needs it: files by name, the loader first.

    Raises WherryError.
    """
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in _files(folder) if path.is_file()}
    with _as_made(name):
        loader = bootloader.loader(contents[name])
        if loader is None:
            raise ValueError("it is no dynamic program")
        needed = {each for data in contents.values() if elf.is_elf(data) for each in elf.needed(data)}
    return libc.family(Path(loader), needed, [path.removeprefix(f"{CONTENTS}/") for path in contents])


@contextmanager
def _as_made(name: str) -> Iterator[None]:
    try:
        yield
    except ValueError as exc:
        raise WherryError(f"{name} is not as PyInstaller makes it: {exc}") from None


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_symlink() or path.is_file())


def _read(folder: Path, path: Path) -> Packed:
    inside = path.relative_to(folder).as_posix()
    if path.is_symlink():
        return Packed(inside, stat.S_IFLNK | 0o777, str(path.readlink()).encode("utf-8", "surrogateescape"))
    return Packed(inside, _mode(path.stat().st_mode), path.read_bytes())


def _let_inherit(folder: Path, name: str) -> None:
    """Change the libraries in ``folder`` so that they find what they need in the program's path."""
    for path in _files(folder):
        if path.is_symlink() or path == folder / name:
            continue
        content = path.read_bytes()
        if elf.is_elf(content) and (changed := bootloader.inheriting(content)) != content:
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IWUSR)
            path.write_bytes(changed)
            path.chmod(mode)


def _mode(mode: int) -> int:
    """Its owner's permissions: the unpacked folder is nobody else's."""
    return stat.S_IFREG | (0o700 if mode & stat.S_IXUSR else 0o600)
