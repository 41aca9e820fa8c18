"""One request and its response, awaited."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from wherry.core.trace import Phase
from wherry.errors import WherryError
from wherry.net.awaited import AwaitedExchange, wake
from wherry.net.failure import NetFailure
from wherry.net.outgoing import BytesBody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from wherry.core.trace import Trace
    from wherry.net.engine import Body
    from wherry.net.h1.client.carrier import Carrier
    from wherry.net.outgoing import Outgoing

# Reading pauses above the first and goes on below the second, so that a slow reader holds a fast server.
_HIGH_WATER: Final = 256 * 1024
_LOW_WATER: Final = 64 * 1024
# A body of up to this size goes out with the head, in one piece.
_SMALL: Final = 64 * 1024
# From here on, a response says that the server does not want the body (RFC 9110 section 15).
_UNWANTED: Final = 300


class Exchange(AwaitedExchange):
    """An exchange on ``carrier``, which ``close`` takes back.

    ``trailers`` are the fields after a chunked body, as received, which nothing may take for header fields (RFC 9110
    section 6.5.1).
    """

    __slots__ = ("_buffered", "_carrier", "_close", "_paused", "_sent", "trailers")

    def __init__(self, carrier: Carrier, trace: Trace, close: Callable[[Carrier], Awaitable[None]]) -> None:
        super().__init__(trace, version="")
        self._carrier: Carrier | None = carrier
        self._close = close
        self.fields: list[tuple[bytes, bytes]] = []
        self.trailers: list[tuple[bytes, bytes]] = []
        self._buffered = 0
        self._paused = False
        self._sent = True  # all of the request

    @property
    def stream(self) -> Carrier | None:
        """The connection, until the exchange is closed."""
        return self._carrier

    # The request

    async def begin(self, data: bytes, outgoing: Outgoing) -> None:
        """Send ``outgoing``, whose head is ``data``, and wait for the head of the response. Raises NetFailure.

        The body is sent while the response is waited for. A response that comes before its end and is complete, or is
        no success, ends the sending: the server has heard enough.
        """
        carrier, trace, body = self._carrier, self._trace, outgoing.body
        assert carrier is not None
        carrier.exchange = self
        trace.begin(Phase.SEND, outgoing.authority)
        small = b"" if body is None else body.data if isinstance(body, BytesBody) else None
        if small is not None and len(small) <= _SMALL:
            carrier.send(data + small, head=outgoing.method == "HEAD")
            trace.begin(Phase.FIRST_BYTE, outgoing.authority)
        elif body is not None:
            carrier.send(data, head=outgoing.method == "HEAD")
            self._sent = False
            self._sender = asyncio.get_running_loop().create_task(self._send(carrier, body, outgoing))
        while not self.status:
            await self._news()
        trace.begin(Phase.TRANSFER, outgoing.authority)
        if self._sender is not None and (self.arrived or self.status >= _UNWANTED):
            await self._stop_sending()

    async def _send(self, carrier: Carrier, body: Body, outgoing: Outgoing) -> None:
        """Send the body. What is wrong with it fails the exchange."""
        chunks = body.chunks()
        try:
            sent = 0
            async for piece in chunks:
                sent += len(piece)
                if body.length is not None and sent > body.length:
                    break
                if piece:
                    carrier.write(b"%x\r\n%b\r\n" % (len(piece), piece) if outgoing.chunked else piece)
                    await carrier.drain()
                if self.arrived or carrier.closed:
                    return
            if body.length not in (None, sent):
                raise WherryError(f"the body is not of the {body.length} bytes announced: it changed while it was sent")
            if outgoing.chunked:
                carrier.write(b"0\r\n\r\n")
            await carrier.drain()
            self._sent = not carrier.closed
            if not self.status:
                self._trace.begin(Phase.FIRST_BYTE, outgoing.authority)
        except Exception as exc:
            self.fail(exc)
        finally:
            if (close := getattr(chunks, "aclose", None)) is not None:
                await close()

    # The response

    def body(self) -> AsyncIterator[bytes]:
        """The body as it comes, without its framing. Raises NetFailure where it is cut off."""
        return self._body()

    async def _body(self) -> AsyncIterator[bytes]:
        pieces = self._pieces
        while True:
            while pieces:
                piece = pieces.popleft()
                self._buffered -= len(piece)
                if self._paused and self._buffered < _LOW_WATER and self._carrier is not None:
                    self._paused = False
                    self._carrier.resume_reading()
                yield piece
            if self.arrived:
                break
            await self._news()
        self._trace.end()

    async def aclose(self) -> None:
        """Let go of the connection: it serves another exchange where both messages of this one are at their end.

        Idempotent.
        """
        carrier, self._carrier = self._carrier, None
        if carrier is None:
            return
        carrier.exchange = None
        try:
            await self._stop_sending()
        finally:
            if not (self.arrived and self._sent):
                carrier.reusable = False
            elif self._paused:
                carrier.resume_reading()
            await self._close(carrier)

    # What the carrier tells

    def begin_head(self) -> None:
        """A head begins; the one before was an interim response's."""
        self.reason = b""
        self.fields = []

    def receive_field(self, name: bytes, value: bytes) -> None:
        """A header field, or a trailer field."""
        (self.trailers if self.status else self.fields).append((name, value))

    def receive_head(self, status: int, version: str) -> None:
        """The head is complete."""
        self.status = status
        self.version = version
        wake(self._reader)

    def receive_body(self, data: bytes) -> None:
        """Some of the body."""
        self._pieces.append(data)
        self._buffered += len(data)
        if self._buffered > _HIGH_WATER and not self._paused and self._carrier is not None:
            self._paused = True
            self._carrier.pause_reading()
        wake(self._reader)

    def receive_end(self) -> None:
        """The response is complete."""
        self.arrived = True
        wake(self._reader)

    def fail(self, failure: Exception) -> None:
        """There will be no whole response."""
        if isinstance(failure, NetFailure) and not (self.status or self._sent):
            failure.phase = Phase.SEND
        self._failure = failure
        wake(self._reader)
