"""Undoing a response's Content-Encoding (RFC 9110 section 8.4.1) without being filled by it."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

ACCEPT_ENCODING: Final = "gzip, deflate"
_PIECE: Final = 64 * 1024
# Text seldom shrinks to a tenth; deflate cannot go below a thousandth. Small bodies may be as dense as they like.
_MAX_RATIO: Final = 200
_FREE: Final = 16 * 1024 * 1024
_MAX_CODINGS: Final = 3
_KNOWN: Final = frozenset({"gzip", "x-gzip", "deflate"})


def codings(field: str | None) -> tuple[str, ...]:
    """The codings of a Content-Encoding field in the order in which they were applied; ``identity`` is none."""
    words = (word.strip().lower() for word in (field or "").split(","))
    return tuple(word for word in words if word and word != "identity")


def can_decode(names: tuple[str, ...]) -> bool:
    """Whether each of ``names`` can be undone."""
    return len(names) <= _MAX_CODINGS and all(name in _KNOWN for name in names)


async def decoded(chunks: AsyncIterator[bytes], names: tuple[str, ...]) -> AsyncIterator[bytes]:
    """``chunks`` with the codings ``names`` undone, in pieces of at most 64 KiB.

    Raises NetFailure(PROTOCOL) for what does not decode, is cut off, or grows out of proportion.
    """
    decoding = _Decoding(names)
    async for chunk in chunks:
        for piece in decoding.feed(chunk):
            yield piece
    decoding.finish()


def decode_whole(body: bytes, names: tuple[str, ...]) -> bytes:
    """``body`` with the codings ``names`` undone. Raises what :func:`decoded` does, for an unknown coding too."""
    if not can_decode(names):
        raise _failure(f"the body is encoded as {', '.join(names)}, which was not asked for")
    decoding = _Decoding(names)
    plain = b"".join(decoding.feed(body))
    decoding.finish()
    return plain


class _Decoding:
    """Codings undone, one after the other."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._decoders = [_Inflate(name) for name in reversed(names)]
        self._received = self._made = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        self._received += len(chunk)
        for piece in _through(self._decoders, chunk):
            self._made += len(piece)
            if self._made > _FREE and self._made > self._received * _MAX_RATIO:
                words = f"the body grows more than {_MAX_RATIO} times when decompressed: a compression bomb"
                raise _failure(words)
            yield piece

    def finish(self) -> None:
        for decoder in self._decoders:
            decoder.finish()


def _through(decoders: list[_Inflate], data: bytes) -> Iterator[bytes]:
    """``data`` through all of ``decoders``, never more than one piece in each."""
    if not decoders:
        yield data
        return
    for piece in decoders[0].feed(data):
        yield from _through(decoders[1:], piece)


class _Inflate:
    """One coding. A gzip body may be several members one after the other (RFC 1952 section 2.2)."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._inner: zlib._Decompress | None = None

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._inner is None:
                self._inner = zlib.decompressobj(self._window(data[0]))
            try:
                piece = self._inner.decompress(data, _PIECE)
            except zlib.error as exc:
                raise _failure(f"the body is not valid {self._name}: {str(exc).rpartition(': ')[2]}") from None
            if piece:
                yield piece
            if not self._inner.eof:
                data = self._inner.unconsumed_tail
                if not data and not piece:
                    return
                continue
            data = self._inner.unused_data
            # Some servers pad the end with zeros; nothing but another member counts.
            if self._name == "deflate" or not data.startswith(b"\x1f"):
                return
            self._inner = None

    def finish(self) -> None:
        if self._inner is not None and not self._inner.eof:
            raise _failure(f"the {self._name} body is cut off")

    def _window(self, first: int) -> int:
        if self._name != "deflate":
            return 16 + zlib.MAX_WBITS
        # "deflate" is the zlib format, but many send the bare one. A zlib header has 8 in its low bits.
        return zlib.MAX_WBITS if first & 0x0F == 8 and first >> 4 <= 7 else -zlib.MAX_WBITS


def _failure(words: str) -> NetFailure:
    return NetFailure(words, reason=Reason.PROTOCOL, phase=Phase.TRANSFER)
