"""The payload of an rpm: a cpio archive in the format newc."""

from __future__ import annotations

import stat
from typing import IO, TYPE_CHECKING

from wherry.commands.release.package.members import pieces
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.commands.release.build.item import Item


def write_cpio(out: IO[bytes], entries: Iterable[tuple[str, int, int, Item | None]], time_s: int) -> int:
    """Write ``entries`` (name, mode with the kind of file, size in bytes, the item or None for a folder).

    Returns how many bytes were written. Raises WherryError for a file that is no longer of its size.
    """
    total = 0
    for number, (name, mode, length, item) in enumerate(entries, 1):
        data = item.link.encode() if item and item.link is not None else None
        length = len(data) if data is not None else length
        total += _header(out, f"./{name}", number, mode, length, time_s)
        written = 0
        for piece in [data] if data is not None else pieces(item) if item else ():
            out.write(piece)
            written += len(piece)
        if written != length:
            raise WherryError(f"{name} changed while it was packed")
        total += written + _padded(out, written)
    return total + _header(out, "TRAILER!!!", 0, 0, 0, 0)


def _header(out: IO[bytes], name: str, inode: int, mode: int, length: int, time_s: int) -> int:
    links = 2 if stat.S_ISDIR(mode) else 1
    encoded = name.encode() + b"\0"
    numbers = (inode, mode, 0, 0, links, time_s, length, 0, 0, 0, 0, len(encoded), 0)
    head = b"070701" + b"".join(b"%08x" % number for number in numbers) + encoded
    out.write(head)
    return len(head) + _padded(out, len(head))


def _padded(out: IO[bytes], length: int) -> int:
    missing = -length % 4
    out.write(bytes(missing))
    return missing
