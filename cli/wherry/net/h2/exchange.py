"""One request and its response on an HTTP/2 session, awaited. The counterpart of `wherry.net.h1.client.exchange`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from wherry.core.trace import Phase
from wherry.errors import WherryError
from wherry.net.awaited import AwaitedExchange, wake
from wherry.net.h2.fields import request_fields
from wherry.net.outgoing import BytesBody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.core.trace import Trace
    from wherry.net.engine import Body
    from wherry.net.h2.client import ClientStream
    from wherry.net.h2.session import Session
    from wherry.net.outgoing import Outgoing

# From here on, a response says that the server does not want the body (RFC 9110 section 15).
_UNWANTED: Final = 300


class Exchange(AwaitedExchange):
    """An exchange on ``session``, on which something is free.

    Of one that has failed (see `wherry.net.h2.client.ClientStream`): ``unseen`` and ``outdated``.
    """

    __slots__ = ("_outgoing", "_session", "_stream", "_writer")

    def __init__(self, session: Session, outgoing: Outgoing, trace: Trace) -> None:
        super().__init__(trace, version="2")
        self._session = session
        self._outgoing = outgoing
        self._stream: ClientStream | None = None
        self._writer: asyncio.Future[None] | None = None

    @property
    def stream(self) -> Session:
        """The connection."""
        return self._session

    @property
    def unseen(self) -> bool:
        """The server has promised that it did nothing."""
        return self._stream is not None and self._stream.unseen

    @property
    def outdated(self) -> bool:
        """The server may have closed the connection before it saw the request."""
        return self._stream is not None and self._stream.outdated

    # The request

    async def begin(self) -> None:
        """Send the request and wait for the head of the response. Raises NetFailure.

        The body is sent while the response is waited for. A response that comes before its end and is complete, or is
        no success, ends the sending: the server has heard enough.
        """
        trace, outgoing = self._trace, self._outgoing
        trace.begin(Phase.SEND, outgoing.authority)
        fields = request_fields(outgoing.method, outgoing.scheme, outgoing.authority, outgoing.target, outgoing.headers)
        body = outgoing.body
        at_once = body.data if isinstance(body, BytesBody) else b""
        more = body is not None and not isinstance(body, BytesBody)
        try:
            stream = self._stream = self._session.request(fields, at_once, more=more, owner=self)
            if stream.sent:
                trace.begin(Phase.FIRST_BYTE, outgoing.authority)
            else:
                self._sender = asyncio.get_running_loop().create_task(self._send(stream, body if more else None))
            while not self.status:
                await self._news()
            trace.begin(Phase.TRANSFER, outgoing.authority)
            if self._sender is not None and (self.arrived or self.status >= _UNWANTED):
                await self._stop_sending()
        except BaseException:
            await self.aclose()
            raise

    async def _send(self, stream: ClientStream, body: Body | None) -> None:
        """Send what of the body is not with the session yet. What is wrong with it fails the exchange."""
        try:
            if body is not None:
                await self._send_pieces(stream, body)
            await self._until_sent(stream)
            if not self.status:
                self._trace.begin(Phase.FIRST_BYTE, self._outgoing.authority)
        except Exception as exc:
            self.fail(exc)

    async def _send_pieces(self, stream: ClientStream, body: Body) -> None:
        chunks = body.chunks()
        try:
            sent = 0
            async for piece in chunks:
                sent += len(piece)
                if body.length is not None and sent > body.length:
                    break
                self._session.write(stream, piece)
                await self._until_sent(stream)
            if body.length not in (None, sent):
                raise WherryError(f"the body is not of the {body.length} bytes announced: it changed while it was sent")
            self._session.write(stream, b"", last=True)
        finally:
            if (close := getattr(chunks, "aclose", None)) is not None:
                await close()

    async def _until_sent(self, stream: ClientStream) -> None:
        """Wait until what was written is with the transport, or nobody wants it any more."""
        while stream.outbox and not self.arrived and self._failure is None:
            self._writer = asyncio.get_running_loop().create_future()
            await self._writer

    # The response

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises NetFailure where it is cut off."""
        assert self._stream is not None
        pieces = self._pieces
        while True:
            while pieces:
                piece = pieces.popleft()
                self._session.acknowledge(self._stream, len(piece))
                yield piece
            if self.arrived:
                break
            await self._news()
        self._trace.end()

    async def aclose(self) -> None:
        """Let go of the stream; the server need not send the rest. The connection serves others. Idempotent."""
        if (stream := self._stream) is None:
            return
        try:
            await self._stop_sending()
        finally:
            if unread := sum(map(len, self._pieces)):
                self._pieces.clear()
                self._session.acknowledge(stream, unread)
            self._session.cancel(stream)

    # What the session tells

    def sent_all(self) -> None:
        """All that was written is with the transport."""
        wake(self._writer)

    def receive_head(self, stream: ClientStream) -> None:
        """The head is complete."""
        self.status = stream.status
        self.fields = stream.headers
        wake(self._reader)

    def receive_body(self, data: bytes) -> None:
        """Some of the body."""
        self._pieces.append(data)
        wake(self._reader)

    def receive_end(self) -> None:
        """The response is complete."""
        self.arrived = True
        wake(self._reader)
        wake(self._writer)

    def fail(self, failure: Exception) -> None:
        """There will be no whole response."""
        self._failure = failure
        wake(self._reader)
        wake(self._writer)
