"""Reads tar archives: POSIX's ustar and pax, and GNU's long names.

https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html; Python's tarfile takes headers of any length into
memory, and seeks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.release.verify.inside.member import Kind, Member, Members, Unknown, Unreadable, plain
from wherry.core.record import replace

if TYPE_CHECKING:
    from wherry.commands.release.verify.inside.stream import Stream

_BLOCK: Final = 512
_FILES: Final = (b"0", b"\0", b"7")


def members(stream: Stream) -> dict[str, Member]:
    """All members by path. Raises Unreadable, Unknown."""
    found, hard = Members(), dict[str, str]()
    more: dict[str, str] = {}
    while True:
        head = stream.exactly(_BLOCK)
        if not head.strip(b"\0"):
            break
        kind, size = head[156:157], _number(head[124:136])
        _check(head)
        if kind in (b"x", b"g", b"L", b"K"):
            data = stream.exactly(size)
            stream.skip(-size % _BLOCK)
            # What holds for all members that follow are times and the like.
            more |= _more(kind, data) if kind != b"g" else {}
            continue
        size = _decimal(more["size"]) if "size" in more else size
        path = plain(more.get("path") or _path(head))
        target = more.get("linkpath") or _text(head[157:257])
        more = {}
        executable = bool(_number(head[100:108]) & 0o111)
        if kind in _FILES and not _path(head).endswith("/"):
            found.add(Member(path, Kind.FILE, executable, sha256=stream.digest(size)))
            stream.skip(-size % _BLOCK)
        elif kind == b"1":
            found.add(Member(path, Kind.FILE, executable))
            hard[path] = plain(target)
        elif kind == b"2":
            found.add(Member(path, Kind.LINK, target=target))
        elif kind in (b"5", *_FILES):
            found.add(Member(path, Kind.FOLDER))
            stream.skip(size + -size % _BLOCK)
        else:
            raise Unknown(f"{path!r} in it is neither a file, nor a folder, nor a link")
    if not stream.only_zeros_follow():
        raise Unreadable("something follows its end")
    return _with_hard_links(found.by_path, hard)


def _with_hard_links(found: dict[str, Member], hard: dict[str, str]) -> dict[str, Member]:
    for path, target in hard.items():
        other = found.get(target)
        if other is None or not other.sha256:
            raise Unreadable(f"{path!r} in it is a link to nothing")
        found[path] = replace(found[path], sha256=other.sha256)
    return found


def _more(kind: bytes, data: bytes) -> dict[str, str]:
    if kind in (b"L", b"K"):
        return {"path" if kind == b"L" else "linkpath": _text(data)}
    found: dict[str, str] = {}
    while data:
        length, space, _ = data.partition(b" ")
        if not space or not length.isdigit() or len(length) > 9 or not 0 < int(length) <= len(data):
            raise Unreadable("a header in it is damaged")
        record, data = data[len(length) + 1 : int(length)], data[int(length) :]
        key, _, value = record.removesuffix(b"\n").partition(b"=")
        found[_text(key)] = _text(value)
    if any(key.startswith("GNU.sparse") for key in found):
        raise Unknown("a sparse file is in it")
    return found


def _path(head: bytes) -> str:
    prefix = head[345:500] if head[257:263] == b"ustar\0" else b""
    return "/".join(part for part in (_text(prefix), _text(head[:100])) if part)


def _check(head: bytes) -> None:
    if sum(head[:148]) + 8 * 32 + sum(head[156:]) != _number(head[148:156]):
        raise Unreadable("a header in it is damaged")


def _number(field: bytes) -> int:
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    try:
        return int(field.strip(b" \0") or b"0", 8)
    except ValueError:
        raise Unreadable("a header in it is damaged") from None


def _decimal(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Unreadable("a header in it is damaged")
    return int(text)


def _text(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "backslashreplace")
