"""Bytes that come once, in order, unpacked or not, and never without end."""

from __future__ import annotations

import bz2
import hashlib
import lzma
import zlib
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.verify.inside.member import MOST_BYTES, Unknown, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHUNK: Final = 256 * 1024
_MOST_MEMORY: Final = 256 * 1024 * 1024
"""Bytes that unpacking may take: the strongest preset of xz needs 65 MiB."""
_LARGEST_PIECE: Final = 1024 * 1024
"""Bytes that are read into memory at once: names and headers are shorter."""


class Stream:
    """The bytes that ``pieces`` yields. Raises Unreadable where they end early, or beyond MOST_BYTES."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""
        self.position = 0

    def exactly(self, count: int) -> bytes:
        """The next ``count`` bytes, of which a header has not many."""
        if count > _LARGEST_PIECE:
            raise Unreadable("a header in it is too long")
        return b"".join(self._take(count))

    def digest(self, count: int) -> str:
        """The SHA-256 of the next ``count`` bytes, in hex."""
        found = hashlib.sha256()
        for piece in self._take(count):
            found.update(piece)
        return found.hexdigest()

    def skip(self, count: int) -> None:
        """Leave the next ``count`` bytes out."""
        for _ in self._take(count):
            pass

    def only_zeros_follow(self) -> bool:
        """Read to the end."""
        clean = not self._rest.strip(b"\0")
        for piece in self._pieces:
            self._count(len(piece))
            clean = clean and not piece.strip(b"\0")
        return clean

    def _take(self, count: int) -> Iterator[bytes]:
        while count:
            if not self._rest:
                self._rest = next(self._pieces, b"")
                if not self._rest:
                    raise Unreadable("it ends early")
            piece, self._rest = self._rest[:count], self._rest[count:]
            count -= len(piece)
            self._count(len(piece))
            yield piece

    def _count(self, length: int) -> None:
        self.position += length
        if self.position > MOST_BYTES:
            raise Unreadable(f"more than {MOST_BYTES} bytes are in it")


def pieces(file: IO[bytes], length: int | None = None) -> Iterator[bytes]:
    """The bytes of ``file`` from where it is, ``length`` of them, all when None."""
    left = length
    while left is None or left > 0:
        piece = file.read(_CHUNK if left is None else min(_CHUNK, left))
        if not piece:
            return
        left = None if left is None else left - len(piece)
        yield piece


def unpacked(packed: Iterator[bytes]) -> Iterator[bytes]:
    """What is packed with gzip, xz or bzip2, and anything else as it is. Raises Unreadable, Unknown."""
    first = next(packed, b"")
    if first.startswith(b"\x28\xb5\x2f\xfd"):
        raise Unknown("it is packed with zstd, which cannot be read here")
    start = _START.get(first[:2])
    return _all(first, packed) if start is None else _through(start, first, packed)


class _Gzip:
    """zlib with the interface that bz2 and lzma have."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(data or self._inner.unconsumed_tail, max_length)


_Unpacker = _Gzip | bz2.BZ2Decompressor | lzma.LZMADecompressor
_START: Final[dict[bytes, Callable[[], _Unpacker]]] = {
    b"\x1f\x8b": _Gzip,
    b"BZ": bz2.BZ2Decompressor,
    b"\xfd7": lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY),
}


def _all(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _through(start: Callable[[], _Unpacker], first: bytes, packed: Iterator[bytes]) -> Iterator[bytes]:
    """One stream after the other, as the tools have it."""
    unpacker, data = start(), first
    try:
        while True:
            piece = unpacker.decompress(data, _CHUNK)
            data = b""
            if piece:
                yield piece
            if unpacker.eof:
                data = unpacker.unused_data or next(packed, b"")
                if not data:
                    return
                unpacker = start()
            elif unpacker.needs_input and not piece:
                data = next(packed, b"")
                if not data:
                    raise Unreadable("it ends early")
    except (OSError, ValueError, EOFError, zlib.error, lzma.LZMAError, MemoryError) as exc:
        raise Unreadable(f"it cannot be unpacked: {exc}") from None
