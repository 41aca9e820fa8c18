"""Servers as nobody wants them, one a route: for testing what a client makes of them.

``GARBLED`` holds the answers that are wrong as bytes; the functions below go wrong over time. None of them may harm
this server: each is cancelled when the client goes and never sends more than the client takes.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wherry.commands.serve import reply
from wherry.commands.serve.routes.parameters import Parameters
from wherry.core.suggest import did_you_mean
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from typing import Any

    from wherry.net.h1.exchange import Exchange

_PLAIN: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
_MIB: Final = 1024 * 1024
_MAX_ENDLESS: Final = 1024 * _MIB


@dataclass(frozen=True, slots=True)
class Garbled:
    """Bytes sent instead of an answer; then the connection is closed."""

    summary: str
    data: bytes


GARBLED: Final[dict[str, Garbled]] = {
    "garbage": Garbled("bytes that are not HTTP", b"\x16\x03\x01 this is not HTTP\x00\xff\xfe\n\n"),
    "empty": Garbled("close without a byte", b""),
    "half-head": Garbled("close inside the head", b"HTTP/1.1 200 OK\r\nContent-Type: text/pl"),
    "version": Garbled("an unknown version", b"HTTP/7.3 200 OK\r\nContent-Length: 2\r\n\r\nok"),
    "status-line": Garbled("a status that is no number", b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\nok"),
    "bad-length": Garbled("a Content-Length that is no number", _PLAIN + b"Content-Length: ten\r\n\r\nok"),
    "two-lengths": Garbled("two lengths", _PLAIN + b"Content-Length: 2\r\nContent-Length: 5\r\n\r\nok"),
    "bad-header": Garbled(
        "a field without a colon", b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nok"
    ),
    "nul-header": Garbled("NUL in a field", b"HTTP/1.1 200 OK\r\nX-Nul: a\x00b\r\nContent-Length: 2\r\n\r\nok"),
    "truncate": Garbled("a body shorter than its Content-Length", _PLAIN + b"Content-Length: 1000\r\n\r\ntoo short"),
    "truncate-chunked": Garbled(
        "chunks without a last one", _PLAIN + b"Transfer-Encoding: chunked\r\n\r\n9\r\ntoo short\r\n"
    ),
    "bad-chunk": Garbled("a chunk size that is none", _PLAIN + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nok\r\n"),
    "bad-gzip": Garbled(
        "Content-Encoding gzip, and no gzip", _PLAIN + b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip"
    ),
    "bad-utf8": Garbled(
        "bytes that are not the UTF-8 they are said to be",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\n\xff\xfe\xc3(\n",
    ),
    "bad-json": Garbled(
        "JSON that ends early",
        b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"a": [1, 2, \n',
    ),
    "bad-location": Garbled(
        "a redirect to nowhere", b"HTTP/1.1 302 Found\r\nLocation: http://[nowhere\r\nContent-Length: 0\r\n\r\n"
    ),
}


async def _reset(exchange: Exchange) -> None:
    exchange.start(200, reply.TEXT, 1000)
    exchange.write(b"the next thing is a reset\n")
    await exchange.drain()
    # A reset takes away what the client's system has not been handed yet.
    await asyncio.sleep(0.05)
    exchange.abort()


async def _hang(_exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def _hang_body(exchange: Exchange) -> None:
    exchange.start(200, reply.TEXT, 1000)
    exchange.write(b"and then nothing\n")
    await exchange.drain()
    await asyncio.Event().wait()


async def _slow_head(exchange: Exchange) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nok\n":
        reply.raw(exchange, bytes([byte]))
        await exchange.drain()
        await asyncio.sleep(0.25)
    reply.stop_short(exchange)


async def _endless_headers(exchange: Exchange) -> None:
    await _pour(exchange, b"HTTP/1.1 200 OK\r\n", (b"X-Endless-%d: %b\r\n" % (n, b"x" * 1000) for n in range(_MIB)))


async def _endless_body(exchange: Exchange) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    await _pour(
        exchange, _PLAIN + b"Transfer-Encoding: chunked\r\n\r\n", (chunk for _ in range(_MAX_ENDLESS // 0x10000))
    )


async def _pour(exchange: Exchange, first: bytes, more: Iterator[bytes]) -> None:
    reply.raw(exchange, first)
    for piece in more:
        reply.raw(exchange, piece)
        await exchange.drain()
    reply.stop_short(exchange)


async def _bomb(exchange: Exchange) -> None:
    """A gigabyte of zeros in about a megabyte of gzip, made as it is sent."""
    size = Parameters.read(exchange.request.query, "size").size("size", 1024 * _MIB)
    exchange.start(200, (*reply.TEXT, ("content-encoding", "gzip")))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(_MIB)
    for at in range(0, size, _MIB):
        exchange.write(await asyncio.to_thread(packer.compress, block[: min(_MIB, size - at)]))
        await exchange.drain()
    exchange.write(packer.flush())
    exchange.end()


_TIMED: Final[dict[str, tuple[str, Callable[[Exchange], Coroutine[Any, Any, None]]]]] = {
    "reset": ("reset the connection inside the body", _reset),
    "hang": ("never answer", _hang),
    "hang-body": ("stop inside the body, and never go on", _hang_body),
    "slow-head": ("a head of one byte each 250ms", _slow_head),
    "endless-headers": ("headers without end", _endless_headers),
    "endless-body": ("a body without end", _endless_body),
    "bomb": ("gzip that unpacks to ?size= (1GiB)", _bomb),
}

FAULTS: Final[dict[str, str]] = {name: summary for name, (summary, _) in _TIMED.items()} | {
    name: garbled.summary for name, garbled in GARBLED.items()
}


def fault(exchange: Exchange, rest: str) -> None:
    """``/fault/NAME``; ``/fault`` lists them."""
    if rest in _TIMED:
        exchange.spawn(_TIMED[rest][1](exchange))
    elif rest in GARBLED:
        reply.raw(exchange, GARBLED[rest].data)
        reply.stop_short(exchange)
    elif rest:
        raise Refused(404, f'unknown fault "{rest}"{did_you_mean(rest, FAULTS)}')
    else:
        reply.json(exchange, {"faults": FAULTS})
