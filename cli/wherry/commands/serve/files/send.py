"""Sending a file, or parts of it: small ones at once, big ones from a thread, no faster than the client takes them."""

from __future__ import annotations

import asyncio
import secrets
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wherry.commands.serve.files.content import Changed
from wherry.commands.serve.files.plan import Part, multipart_heads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wherry.commands.serve.files.content import Content
    from wherry.commands.serve.reply import Fields
    from wherry.net.h1.exchange import Exchange

SMALL: Final = 64 * 1024
SMALL_PACKED: Final = 16 * 1024
CHUNK: Final = 256 * 1024


def typed(fields: Fields, content_type: str, *more: tuple[str, str]) -> Fields:
    """``fields`` with the Content-Type, which a 304 does not have."""
    return (("content-type", content_type), *fields, *more)


def send_part(exchange: Exchange, status: int, fields: Fields, content: Content, part: Part) -> None:
    """One run of bytes, of known length. Raises Changed or OSError before anything has been sent."""
    if exchange.request.method == "HEAD":
        exchange.start(status, fields, part.length)
        exchange.end()
    elif part.length <= SMALL:
        exchange.respond(status, fields, content.read(part.start, part.length))
    else:
        exchange.start(status, fields, part.length)
        exchange.spawn(_stream(exchange, content, part))


def send_parts(exchange: Exchange, fields: Fields, content: Content, parts: Sequence[Part]) -> None:
    """Several runs, as multipart/byteranges (RFC 9110 section 14.6)."""
    boundary = secrets.token_hex(16)
    heads, end = multipart_heads(parts, content.size, content.content_type, boundary)
    length = sum(map(len, heads)) + sum(part.length for part in parts) + len(end)
    exchange.start(206, typed(fields, f"multipart/byteranges; boundary={boundary}"), length)
    exchange.spawn(_stream_parts(exchange, content, list(zip(heads, parts, strict=True)), end))


def send_packed(exchange: Exchange, fields: Fields, content: Content) -> None:
    """Everything, compressed on the way."""
    if exchange.request.method == "HEAD":
        exchange.start(200, fields)
        exchange.end()
    elif content.size <= SMALL_PACKED:
        packer = _packer()
        exchange.respond(200, fields, packer.compress(content.read(0, content.size)) + packer.flush())
    else:
        exchange.start(200, fields)
        exchange.spawn(_pack(exchange, content))


async def _stream(exchange: Exchange, content: Content, part: Part) -> None:
    with _cut_off(exchange):
        await _copy(exchange, content, part)
        exchange.end()


async def _stream_parts(exchange: Exchange, content: Content, parts: list[tuple[bytes, Part]], end: bytes) -> None:
    with _cut_off(exchange):
        for head, part in parts:
            exchange.write(head)
            await _copy(exchange, content, part)
        exchange.write(end)
        exchange.end()


async def _pack(exchange: Exchange, content: Content) -> None:
    packer = _packer()

    def packed(start: int, length: int) -> bytes:
        return packer.compress(content.read(start, length))

    with _cut_off(exchange):
        for start, length in _pieces(Part(0, content.size)):
            exchange.write(await asyncio.to_thread(packed, start, length))
            await exchange.drain()
        exchange.write(packer.flush())
        exchange.end()


async def _copy(exchange: Exchange, content: Content, part: Part) -> None:
    for start, length in _pieces(part):
        exchange.write(await asyncio.to_thread(content.read, start, length))
        await exchange.drain()


@contextmanager
def _cut_off(exchange: Exchange) -> Iterator[None]:
    """Once the head is out, all that can be said of a file that changed or cannot be read is a reset."""
    try:
        yield
    except (Changed, OSError):
        exchange.abort()


def _pieces(part: Part) -> Iterator[tuple[int, int]]:
    end = part.start + part.length
    return ((at, min(CHUNK, end - at)) for at in range(part.start, end, CHUNK))


def _packer() -> zlib._Compress:
    return zlib.compressobj(6, zlib.DEFLATED, 31)  # 31: the gzip form
