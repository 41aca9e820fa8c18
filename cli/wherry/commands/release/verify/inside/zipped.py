"""Reads zip archives."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from lzma import LZMAError
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.verify.inside.member import (
    LONGEST_NAME,
    MOST_MEMBERS,
    Kind,
    Member,
    Members,
    Unknown,
    Unreadable,
    plain,
)
from wherry.commands.release.verify.inside.stream import Stream, pieces

if TYPE_CHECKING:
    from collections.abc import Iterator

# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT 4.3.16: the end of the directory, 22 bytes and a comment.
_END: Final = b"PK\x05\x06"
_TAIL: Final = 22 + 0xFFFF
_LARGEST_DIRECTORY: Final = 64 * 1024 * 1024


def members(file: IO[bytes]) -> dict[str, Member]:
    """All members by path. Raises Unreadable, Unknown, OSError of ``file``."""
    _check_directory(file)
    found = Members()
    try:
        with zipfile.ZipFile(file) as archive:
            if len(archive.infolist()) > MOST_MEMBERS:
                raise Unreadable(f"more than {MOST_MEMBERS} files are in it")
            # One stream over all, so that the limit is that of the archive.
            stream = Stream(_contents(archive))
            for info in archive.infolist():
                found.add(_member(info, stream))
    except (zipfile.BadZipFile, zlib.error, LZMAError, EOFError, ValueError, RuntimeError) as exc:
        if isinstance(exc, NotImplementedError):
            raise Unknown(f"it is packed in a way that cannot be read here: {exc}") from None
        raise Unreadable(f"it cannot be unpacked: {exc}") from None
    return found.by_path


def _member(info: zipfile.ZipInfo, stream: Stream) -> Member:
    path, mode = plain(info.filename), info.external_attr >> 16
    if info.is_dir():
        stream.skip(info.file_size)
        return Member(path, Kind.FOLDER)
    if stat.S_ISLNK(mode):
        if info.file_size > LONGEST_NAME:
            raise Unreadable(f"{path!r} in it is a link to a name that is too long")
        target = stream.exactly(info.file_size).decode("utf-8", "backslashreplace")
        return Member(path, Kind.LINK, target=target)
    # Windows writes no modes.
    return Member(path, Kind.FILE, not mode or bool(mode & 0o111), sha256=stream.digest(info.file_size))


def _contents(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """The bytes of all members, one after the other; zipfile reads no more of each than its directory says."""
    for info in archive.infolist():
        length = 0
        with archive.open(info) as opened:
            for piece in pieces(opened):
                length += len(piece)
                yield piece
        if length != info.file_size:
            raise Unreadable(f"{info.filename!r} in it is shorter than the directory says")


def _check_directory(file: IO[bytes]) -> None:
    """zipfile takes the whole directory into memory, so that it must not be too long."""
    length = file.seek(0, io.SEEK_END)
    file.seek(max(0, length - _TAIL))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise Unreadable("it has no end")
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _LARGEST_DIRECTORY:
        raise Unknown("its directory is too long")
    file.seek(0)
