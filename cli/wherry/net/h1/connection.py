"""One client connection: bytes in, exchanges out, answers back in order."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from wherry.net.h1.exchange import Exchange
from wherry.net.h1.incoming import Incoming
from wherry.net.h1.outgoing import Outgoing
from wherry.net.h1.refused import PeerGone, Refused
from wherry.net.h1.response import CLOSE, CONTINUE, block, date_field
from wherry.net.h1.wheel import STEP_S

if TYPE_CHECKING:
    import asyncio

    from wherry.net.h1.server import Server

_END_OF_HEAD = b"\r\n\r\n"
_TLS_HANDSHAKE = b"\x16\x03"


class Connection(Outgoing):
    """The life of a connection, one request at a time.

    Unread bytes stay in ``_buffer`` from ``_at`` on; up to ``_scanned`` no head ends. A request begins when its whole
    head is there and no other one is under way, so pipelined requests cost bytes, not objects, and answers cannot
    overtake each other. What the handler writes while bytes are being worked through leaves in one write.

    ``keep``: another request may follow the one under way. ``body``: that one's, until it is complete. ``requests``
    counts them.
    """

    __slots__ = ("_at", "_buffer", "_exchange", "_head_by", "_scanned", "body", "keep", "peer", "requests", "scheme")

    def __init__(self, server: Server, scheme: str) -> None:
        super().__init__(server)
        self.scheme = scheme
        self.peer = ""
        self.requests = 0
        self.keep = True
        self._buffer = b""
        self._at = 0
        self._scanned = 0
        self._head_by = math.inf
        self._exchange: Exchange | None = None
        self.body: Incoming | None = None

    # asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        limits = self.server.limits
        # uvloop's low-water mark is 16 bytes unless it is told.
        self.transport.set_write_buffer_limits(high=limits.outbox, low=limits.outbox // 4)
        self.peer = _address(transport.get_extra_info("peername"))
        if self.server.admit(self):
            self._head_by = self.server.time() + limits.head_s
            self._wait_until(self._head_by)
        else:
            self._refuse(Refused(503, "shutting down" if self.server.draining else "too many connections"))

    def data_received(self, data: bytes) -> None:
        if self._deaf:
            return
        if self._buffer:
            data = self._buffer[self._at :] + data
            self._scanned -= self._at
            self._at = 0
        self._buffer = data
        self._advance()

    def eof_received(self) -> bool | None:
        # A client that closes for writing while it waits is taken for gone, as most are: else their work would go on.
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost()
        self.server.dismiss(self)
        self._buffer = b""
        if (exchange := self._exchange) is not None:
            self._exchange = self.body = None
            exchange.lost(PeerGone("the client closed the connection"))
            if self.server.done is not None and not exchange.ended:
                self.server.done(exchange)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._advance()

    # What an exchange needs

    def settle_keep(self) -> None:
        """An answer begins while its request is coming: another can only follow if the rest is worth reading."""
        if self.body is not None and not self.body.drainable:
            self.keep = False

    def answered(self, exchange: Exchange) -> None:
        """The exchange's answer is complete."""
        if exchange is not self._exchange:
            return
        if self.server.done is not None:
            self.server.done(exchange)
        if self.body is None or not self.keep:
            self._finish()
        else:
            self._discard()

    def cut(self) -> None:
        """Close behind what has been written, whatever is under way."""
        self.keep = False
        self._linger(unread=False)

    def shut(self) -> None:
        """The server drains: close at once when idle, else after the answer under way."""
        self.keep = False
        if self._exchange is None:
            self._close()

    # Requests

    def _advance(self) -> None:
        """Work through the buffer until it is used up or something has to be waited for."""
        if self._gathering:
            return
        self._gathering = True
        try:
            while self._buffer:
                if self._exchange is None:
                    if not self._writable or self._deaf or not self._take_head():
                        break
                elif self.body is None or not self._take_body(self.body):
                    break
        finally:
            self._gathering = False
            if self._out:
                self._flush()
            self._settle()

    def _take_head(self) -> bool:
        """Begin the next request if its head is complete."""
        buffer, at = self._buffer, self._at
        end = buffer.find(_END_OF_HEAD, self._scanned) + 4
        if end < 4:
            self._wait_for_head()
            return False
        try:
            if end - at > self.server.limits.head:
                raise Refused(431, f"the request head is longer than {self.server.limits.head} bytes")
            if buffer.startswith(b"\r\n", at):  # RFC 9112 section 2.2: an empty line in front is ignored; one
                at += 2
            request = self.server.heads.read(buffer if at == 0 and end == len(buffer) else buffer[at:end])
            framing = request.framing
            if framing.length is not None and framing.length > self.server.limits.body:
                raise Refused(413, f"the body is longer than {self.server.limits.body} bytes")
        except Refused as refused:
            self._refuse(refused)
            return False
        if end == len(buffer):
            self._buffer = b""
            end = 0
        self._at = self._scanned = end
        server = self.server
        body = None
        if framing.length != 0:
            body = self.body = Incoming(framing, server.limits, self._body_changed)
        self.requests += 1
        self.keep = framing.keep_alive
        self._head_by = math.inf
        exchange = self._exchange = Exchange(self, request, body, server.time())
        try:
            server.handler(exchange)
        except Exception as exc:
            exchange.failed(exc)
        return True

    def _wait_for_head(self) -> None:
        """The head is not complete: refuse what cannot become one, so that no client waits for the time-out."""
        limits = self.server.limits
        if self._head_by == math.inf:
            self._head_by = self.server.time() + limits.head_s
        buffer = self._buffer
        at = self._at + 2 if buffer.startswith(b"\r\n", self._at) else self._at
        size = len(buffer) - at
        newline = buffer.find(b"\n", at)
        if buffer.startswith(_TLS_HANDSHAKE, at):
            self._refuse(Refused(400, "this port speaks HTTP, not TLS"))
        elif (newline + 1 - at if newline >= 0 else size) > limits.request_line + 2:
            self._refuse(Refused(414, f"the request line is longer than {limits.request_line} bytes"))
        elif size > limits.head:
            self._refuse(Refused(431, f"the request head is longer than {limits.head} bytes"))
        elif newline >= 0 and buffer.count(b"\n", at) != buffer.count(b"\r\n", at):
            self._refuse(Refused(400, "malformed request: a line does not end in CRLF"))
        else:
            self._scanned = max(self._at, len(buffer) - 3)

    # The body of a request

    def _take_body(self, body: Incoming) -> bool:
        """Hand on what came of the body; whether it is complete."""
        try:
            rest = body.take(self._buffer[self._at :] if self._at else self._buffer)
        except Refused as refused:
            self._spoil(body, refused)
            return False
        self._at = self._scanned = len(self._buffer) - rest
        if not rest:
            self._buffer = b""
            self._at = self._scanned = 0
        if body.complete:
            self.body = None
            if body.discarding:
                self._finish()
        return body.complete

    def _spoil(self, body: Incoming, refused: Refused) -> None:
        """The body is malformed, too long or too slow: whoever reads it is told, and nothing can follow it."""
        self.keep = False
        self._deaf = True
        self._buffer = b""
        self._at = self._scanned = 0
        if body.discarding:
            self._finish()
        elif (exchange := self._exchange) is not None:
            body.fail(refused)
            exchange.spoiled(refused)

    def _discard(self) -> None:
        """The answer is out, its request not yet in: read the rest away."""
        assert self.body is not None
        self.body.discard()
        self._wait_until(self.server.time() + self.server.limits.body_s)
        self._settle()

    def _body_changed(self) -> None:
        body = self.body
        if body is None:
            return
        if body.expects and body.waiting:
            body.expects = False
            if self._exchange is not None and not self._exchange.status:
                self.send(CONTINUE)
        self._settle()

    # The end of a request, and of the connection

    def _finish(self) -> None:
        """The exchange is over: the next one, or the end."""
        unread = self.body is not None or bool(self._buffer)
        self._exchange = self.body = None
        if not self.keep:
            self._linger(unread=unread)
        elif not self._gathering:
            self._advance()

    def _last_words(self) -> None:
        super()._last_words()
        self._buffer = b""
        self._at = self._scanned = 0

    def _refuse(self, refused: Refused) -> None:
        """Answer what is not a request, and let nothing follow."""
        self.server.refused(self, refused)
        body = f"{refused.words}\n".encode()
        top = block(refused.status, (("content-type", "text/plain; charset=utf-8"),))
        length = b"content-length: %d\r\n" % len(body)
        self.send(b"%b%b%b%b\r\n%b" % (top.text, date_field(), length, CLOSE, body))
        self._linger(unread=True)

    # Time and back-pressure

    def _settle(self) -> None:
        """After anything changed: whether to read on, and until when to wait."""
        if self._lingering or self.transport is None:
            return
        server = self.server
        body = self.body
        read = True
        if self._exchange is None:
            if self._buffer:
                until = self._head_by
                read = self._writable or len(self._buffer) - self._at <= server.limits.pipelined
            else:
                until = server.time() + server.limits.idle_s if self.requests else self._head_by
        elif body is None:
            until = math.inf
            read = len(self._buffer) - self._at <= server.limits.pipelined
        elif body.discarding:
            until = self.deadline
        else:
            until = server.time() + body.patience_s() if body.waiting else math.inf
            read = body.size <= server.limits.inbox
        if self._writable:
            self.deadline = until
            if not 0 <= self.spoke * STEP_S <= until:
                server.wheel.watch(self)
        if read is not self._reading:
            self._read(read)

    def expired(self, now: float) -> None:
        self.deadline = math.inf
        if self.transport is None or self._stalled(now):
            return
        if self._lingering:
            self.transport.abort()
        elif self._exchange is None:
            if self._buffer[self._at :].strip():
                self.server.timed_out()
                self._refuse(Refused(408, "the request head did not come in time"))
            else:
                self._close()
        elif self.body is not None:
            self.server.timed_out()
            self._spoil(self.body, Refused(408, "the request body came too slowly"))


def _address(peername: object) -> str:
    match peername:
        case (str(host), int(port), *_):
            return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        case _:
            return "unix"
