"""Reads any archive or package, by what its bytes say that it is."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.verify.inside import deb, rpm, tar, zipped
from wherry.commands.release.verify.inside.stream import Stream, pieces, unpacked

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.release.verify.inside.member import Member

_LONGEST: Final = 8


def members(file: IO[bytes]) -> dict[str, Member] | None:
    """All members by path; None for a file that is no archive, such as a program.

    Raises Unreadable, Unknown, OSError of ``file``.
    """
    file.seek(0)
    begins = file.read(_LONGEST)
    file.seek(0)
    for magic, read in _READERS:
        if begins.startswith(magic):
            return read(file)
    return None


def _tar(file: IO[bytes]) -> dict[str, Member]:
    return tar.members(Stream(unpacked(pieces(file))))


_READERS: Final[tuple[tuple[bytes, Callable[[IO[bytes]], dict[str, Member]]], ...]] = (
    (b"\x1f\x8b", _tar),
    (b"\xfd7zXZ", _tar),
    (b"BZh", _tar),
    (b"PK\x03\x04", zipped.members),
    (deb.MAGIC, deb.members),
    (rpm.MAGIC, rpm.members),
)
