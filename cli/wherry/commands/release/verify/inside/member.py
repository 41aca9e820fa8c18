"""One thing in an archive or a package."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from wherry.core.record import Record
from wherry.errors import WherryError

MOST_BYTES: Final = 8 * 1024**3
"""So many bytes are read of what is unpacked; more is taken for a bomb."""
MOST_MEMBERS: Final = 200_000
LONGEST_NAME: Final = 4096
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")


class Unreadable(WherryError):
    """It is damaged, or made to do harm."""


class Unknown(WherryError):
    """It is packed in a way that cannot be read here."""


class Kind(Enum):
    """What a member is."""

    FILE, LINK, FOLDER = range(3)


class Member(Record):
    """``path`` is from the root, with slashes; a file has a ``sha256`` in hex, a symbolic link a ``target``."""

    path: str
    kind: Kind
    executable: bool = False
    sha256: str = ""
    target: str = ""


class Members:
    """All of one archive, by path. Raises Unreadable for paths that lead out of it, or are there twice."""

    def __init__(self) -> None:
        self.by_path: dict[str, Member] = {}

    def add(self, member: Member) -> None:
        """A folder may be there often; nothing else may."""
        if member.kind is Kind.FOLDER and member.path in ("", "."):
            return
        if len(self.by_path) == MOST_MEMBERS:
            raise Unreadable(f"more than {MOST_MEMBERS} files are in it")
        before = self.by_path.setdefault(member.path, member)
        if before is not member and not (before.kind is member.kind is Kind.FOLDER):
            raise Unreadable(f"{member.path!r} is in it twice")


def plain(path: str) -> str:
    """``path`` without ``./`` and a slash at its end. Raises Unreadable where it leads out of the root."""
    if len(path) > LONGEST_NAME:
        raise Unreadable("the name of a file in it is too long")
    if path.startswith("/") or "\\" in path or ":" in path.split("/")[0] or _CONTROL.search(path):
        raise Unreadable(f"{path!r} in it is no path of an archive")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        raise Unreadable(f"{path!r} in it leads out of the archive")
    return "/".join(parts)


def lead(path: str, target: str) -> str | None:
    """The path that a symbolic link at ``path`` leads to; None where that is outside of the root."""
    if target.startswith("/") or "\\" in target or ":" in target:
        return None
    parts = path.split("/")[:-1]
    for part in target.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
