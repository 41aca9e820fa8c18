"""Reads what an RPM package installs (https://rpm-software-management.github.io/rpm/manual/format_v4.html)."""

from __future__ import annotations

import stat
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.verify.inside.member import (
    LONGEST_NAME,
    Kind,
    Member,
    Members,
    Unknown,
    Unreadable,
    plain,
)
from wherry.commands.release.verify.inside.stream import Stream, pieces, unpacked
from wherry.core.record import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC: Final = b"\xed\xab\xee\xdb"
_LEAD: Final = 96
_HEADER: Final = b"\x8e\xad\xe8\x01"
_NEWC: Final = b"070701"
_LAST: Final = "TRAILER!!!"
# Of the payload's format: https://man.freebsd.org/cgi/man.cgi?query=cpio&sektion=5, "New ASCII Format".
_CPIO_HEAD: Final = 110
_FIELDS: Final = ("inode", "mode", "uid", "gid", "links", "time", "size", *"abcd", "name", "check")


def members(file: IO[bytes]) -> dict[str, Member]:
    """All that it installs, by path. Raises Unreadable, Unknown, OSError of ``file``."""
    file.seek(_LEAD)
    signatures = _skip_header(file)
    file.seek(-signatures % 8, 1)
    _skip_header(file)
    return _cpio(Stream(unpacked(pieces(file))))


def _skip_header(file: IO[bytes]) -> int:
    """Go to its end; how long it was, in bytes."""
    head = file.read(16)
    if len(head) < 16 or head[:4] != _HEADER:
        raise Unreadable("a header in it is damaged")
    length = 16 * int.from_bytes(head[8:12], "big") + int.from_bytes(head[12:16], "big")
    file.seek(length, 1)
    return 16 + length


def _cpio(stream: Stream) -> dict[str, Member]:
    found, copies = Members(), list[tuple[int, Member]]()
    contents: dict[int, str] = {}
    for inode, size, member in _entries(stream):
        # Of several names of one file the last has what is in it.
        if member.kind is Kind.FILE and inode is not None:
            copies.append((inode, member))
            if size:
                contents[inode] = member.sha256
        found.add(member)
    for inode, member in copies:
        found.by_path[member.path] = replace(member, sha256=contents.get(inode, member.sha256))
    return found.by_path


def _entries(stream: Stream) -> Iterator[tuple[int | None, int, Member]]:
    """Each member with its size, and the number of the file where that has several names."""
    while True:
        head = stream.exactly(_CPIO_HEAD)
        if head[:6] != _NEWC:
            raise Unknown("its payload is in another format than cpio's newc")
        fields = {name: _hex(head[6 + 8 * at : 14 + 8 * at]) for at, name in enumerate(_FIELDS)}
        if not 0 < fields["name"] <= LONGEST_NAME:
            raise Unreadable("the name of a file in it is too long")
        name = stream.exactly(fields["name"]).removesuffix(b"\0").decode("utf-8", "backslashreplace")
        stream.skip(-stream.position % 4)
        if name == _LAST:
            if not stream.only_zeros_follow():
                raise Unreadable("something follows its end")
            return
        path, mode, size = plain(name.removeprefix("/")), fields["mode"], fields["size"]
        if stat.S_ISREG(mode):
            member = Member(path, Kind.FILE, bool(mode & 0o111), sha256=stream.digest(size))
        elif stat.S_ISLNK(mode):
            member = Member(path, Kind.LINK, target=stream.exactly(size).decode("utf-8", "backslashreplace"))
        elif stat.S_ISDIR(mode):
            member = Member(path, Kind.FOLDER)
            stream.skip(size)
        else:
            raise Unknown(f"{path!r} in it is neither a file, nor a folder, nor a link")
        stream.skip(-stream.position % 4)
        yield (fields["inode"] if fields["links"] > 1 else None), size, member


def _hex(field: bytes) -> int:
    try:
        return int(field, 16)
    except ValueError:
        raise Unreadable("a header in it is damaged") from None
