"""Reads what a Debian package installs (deb(5))."""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.verify.inside import tar
from wherry.commands.release.verify.inside.member import Unreadable
from wherry.commands.release.verify.inside.stream import Stream, pieces, unpacked

if TYPE_CHECKING:
    from wherry.commands.release.verify.inside.member import Member

MAGIC: Final = b"!<arch>\n"
_HEAD: Final = 60
_NAME: Final = re.compile(r"debian-binary|control\.tar(\.\w+)?|(?P<data>data\.tar(\.\w+)?)")


def members(file: IO[bytes]) -> dict[str, Member]:
    """All that it installs, by path. Raises Unreadable, Unknown, OSError of ``file``."""
    file.seek(len(MAGIC))
    found: dict[str, Member] | None = None
    while head := file.read(_HEAD):
        name = head[:16].decode("latin-1").rstrip(" /")
        digits = head[48:58].strip()
        if len(head) < _HEAD or head[58:] != b"`\n" or not digits.isdigit():
            raise Unreadable("a header in it is damaged")
        length, begins = int(digits), file.tell()
        match = _NAME.fullmatch(name)
        if match is None or (match["data"] and found is not None):
            raise Unreadable(f"{name!r} is in it, which is no part of a package")
        if match["data"]:
            found = tar.members(Stream(unpacked(pieces(file, length))))
        file.seek(begins + length + length % 2)
    if found is None:
        raise Unreadable("no data.tar is in it")
    return found
