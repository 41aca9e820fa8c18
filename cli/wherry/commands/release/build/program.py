"""A program that was built: what is packed of it, what runs, and what is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release.build.elf import MAGIC, ElfError, needed_versions
from wherry.commands.release.build.glibc import Need, newest, order
from wherry.core.record import Record
from wherry.errors import NotMet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Program(Record):
    """``id`` is the build's; ``name`` the file's, with .exe on Windows; ``path`` the file, or the folder around it.

    ``executable`` is what runs. ``checked`` is where its parts lie open: of one file that unpacks itself, the folder
    that it would unpack to. With ``own_libc`` it brings its C library, and needs none of the system's.
    """

    id: str
    name: str
    path: Path
    executable: Path
    checked: Path
    own_libc: bool = False

    @property
    def stem(self) -> str:
        """The name without .exe."""
        return self.name.removesuffix(".exe")


def glibc(program: Program) -> Need | None:
    """The newest glibc of the system's that a file of it needs; None when none does.

    Raises NotMet for an ELF file that is damaged.
    """
    if program.own_libc:
        return None
    needs = [need for file in _files(program.checked) if (need := _need(file, program.checked))]
    return max(needs, key=lambda need: order(need.version), default=None)


def check_glibc(need: Need | None, limit: str) -> None:
    """Raises NotMet when it is newer than ``limit``."""
    if need and order(need.version) > order(limit):
        raise NotMet(
            f"{need.file} needs {need.symbol}, and glibc_max is {limit}",
            hint="freeze on an older distribution, or with a Python that was built on one",
        )


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    else:
        yield from sorted(each for each in path.rglob("*") if each.is_file() and not each.is_symlink())


def _need(file: Path, root: Path) -> Need | None:
    with file.open("rb") as opened:
        if opened.read(len(MAGIC)) != MAGIC:
            return None
        data = MAGIC + opened.read()
    name = file.name if file == root else file.relative_to(root).as_posix()
    try:
        return newest(name, needed_versions(data))
    except ElfError as exc:
        raise NotMet(f"{name} is no sound ELF file: {exc}") from None
