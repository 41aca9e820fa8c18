"""Answers that take their time or their room: bytes, drips, events, pages."""

from __future__ import annotations

import asyncio
import hashlib
import time
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.serve import reply
from wherry.commands.serve.files.plan import NotModified, Part, Partial, PreconditionFailed, Validators, decide
from wherry.commands.serve.files.plan import Unsatisfiable as NoPart
from wherry.commands.serve.routes import parameters
from wherry.commands.serve.routes.parameters import BadParameter, Parameters
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from wherry.net.h1.exchange import Exchange

_BLOCK: Final = 64 * 1024
_CHUNK: Final = 256 * 1024
# What /bytes consists of has one date for ever: that of the first commit that had it.
_MODIFIED_S: Final = 1_790_000_000


class Pattern:
    """A content of any size that is the same each time: one pseudo-random block, repeated."""

    def __init__(self, seed: str) -> None:
        self._block = hashlib.shake_128(f"wherry {seed}".encode()).digest(_BLOCK)
        self._run = self._block * (_CHUNK // _BLOCK + 1)

    def slice(self, start: int, length: int) -> bytes:
        """``length`` bytes (at most ``_CHUNK``) from ``start``."""
        offset = start % _BLOCK
        return self._run[offset : offset + length]


_DEFAULT: Final = Pattern("0")


def bytes_(exchange: Exchange, rest: str) -> None:
    """``/bytes/10MiB``: that many, the same for the same ``?seed=``, with ranges; ``?chunked`` hides the length."""
    known = Parameters.read(exchange.request.query, "seed", "chunked")
    size, seed = parameters.size(rest), known.text("seed", "0")
    pattern = _DEFAULT if seed == "0" else Pattern(seed)
    tag = hashlib.sha256(f"{size} {seed}".encode("utf-8", "replace")).hexdigest()[:16]
    validators = Validators(f'"{tag}"', _MODIFIED_S)
    request = exchange.request
    answer = decide(
        request.header, validators, size,
        ranges=request.method == "GET" and not known.flag("chunked"), now_s=time.time(),
    )  # fmt: skip
    fields: reply.Fields = (("content-type", "application/octet-stream"), ("etag", validators.etag))
    if known.flag("chunked"):
        exchange.start(200, fields)
        exchange.spawn(_send(exchange, pattern, Part(0, size)))
        return
    fields += (("accept-ranges", "bytes"),)
    status, part = 200, Part(0, size)
    match answer:
        case NotModified():
            exchange.respond(304, fields)
            return
        case PreconditionFailed():
            reply.text(exchange, 412, "the content is not what If-Match or If-Unmodified-Since says")
            return
        case NoPart():
            reply.text(exchange, 416, "no range lies inside", (("content-range", f"bytes */{size}"),))
            return
        case Partial(parts) if len(parts) == 1:  # of several, the whole is sent instead: allowed, and simpler
            status, part = 206, parts[0]
            fields += (("content-range", part.content_range(size)),)
        case _:
            pass
    if part.length <= _BLOCK:
        exchange.respond(status, fields, pattern.slice(part.start, part.length))
    else:
        exchange.start(status, fields, part.length)
        exchange.spawn(_send(exchange, pattern, part))


async def _send(exchange: Exchange, pattern: Pattern, part: Part) -> None:
    if exchange.request.method != "HEAD":
        sent = 0
        while sent < part.length:
            chunk = pattern.slice(part.start + sent, min(_CHUNK, part.length - sent))
            exchange.write(chunk)
            sent += len(chunk)
            await exchange.drain()
    exchange.end()


def drip(exchange: Exchange, rest: str) -> None:
    """``/drip?count=10&every=100ms&bytes=1``: so many pieces, one each time; ``?chunked`` hides the length."""
    known = Parameters.read(exchange.request.query, "count", "every", "bytes", "chunked", "status")
    if rest:
        raise Refused(404, "write /drip?count=10&every=100ms&bytes=1")
    count, every_s, piece = known.count("count", 10), known.duration_s("every", 0.1), known.size("bytes", 1)
    if piece > _CHUNK:
        raise BadParameter(f"bytes: a piece is at most {_CHUNK} bytes")
    length = None if known.flag("chunked") else count * piece
    exchange.start(known.status("status", 200), (("content-type", "application/octet-stream"),), length)

    async def pieces() -> None:
        for number in range(count if exchange.request.method != "HEAD" else 0):
            if number:
                await asyncio.sleep(every_s)
            exchange.write(b"*" * piece)
            await exchange.drain()
        exchange.end()

    exchange.spawn(pieces())


def sse(exchange: Exchange, rest: str) -> None:
    """``/sse?count=10&every=1s``: server-sent events with ids; one that returns with Last-Event-ID goes on there."""
    known = Parameters.read(exchange.request.query, "count", "every", "retry")
    if rest:
        raise Refused(404, "write /sse?count=10&every=1s")
    count, every_s, retry_s = known.count("count", 10), known.duration_s("every", 1.0), known.duration_s("retry", 0.0)
    last = exchange.request.header("last-event-id") or ""
    first = int(last) + 1 if last.isascii() and last.isdecimal() and len(last) < 10 else 1
    exchange.start(200, (("content-type", "text/event-stream"), ("cache-control", "no-store")))

    async def events() -> None:
        if retry_s:
            exchange.write(b"retry: %d\n\n" % round(retry_s * 1000))
        for number in range(first, count + 1) if exchange.request.method != "HEAD" else ():
            if number > first:
                await asyncio.sleep(every_s)
            data = msgspec.json.encode({"number": number, "of": count})
            exchange.write(b"id: %d\nevent: tick\ndata: %b\n\n" % (number, data))
            await exchange.drain()
        exchange.end()

    exchange.spawn(events())


def pages(exchange: Exchange, rest: str) -> None:
    """``/pages?page=1&of=5&per=2``: a list in pages, with a Link field, a ``next`` URL and a ``cursor`` to follow."""
    known = Parameters.read(exchange.request.query, "page", "cursor", "of", "per")
    if rest:
        raise Refused(404, "write /pages?page=1&of=5&per=2")
    of, per = known.count("of", 5, least=1), known.count("per", 2, least=1)
    page = known.count("page", known.count("cursor", 1, least=1), least=1)
    if per > 1000:
        raise BadParameter("per: a page has at most 1000 items")
    start = (page - 1) * per
    items = (
        [{"id": number + 1, "name": f"item {number + 1}"} for number in range(start, start + per)] if page <= of else []
    )
    following = f"/pages?page={page + 1}&of={of}&per={per}" if page < of else None
    link: reply.Fields = (("link", f'<{following}>; rel="next"'),) if following else ()
    cursor = str(page + 1) if following else None
    reply.json(exchange, {"items": items, "page": page, "next": following, "cursor": cursor}, headers=link)
