"""One client connection: bytes in, exchanges out, answers back in order."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import struct
from typing import TYPE_CHECKING, cast

from wherry.net.h1.chunked import ChunkDecoder
from wherry.net.h1.exchange import Exchange
from wherry.net.h1.inbox import Inbox
from wherry.net.h1.refused import PeerGone, Refused
from wherry.net.h1.response import CLOSE, CONTINUE, block, date_field
from wherry.net.h1.wheel import NEVER

if TYPE_CHECKING:
    from wherry.net.h1.head import RequestHead
    from wherry.net.h1.server import Server

_END_OF_HEAD = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """The life of a connection, one request at a time.

    Unread bytes stay in ``_buffer`` from ``_at`` on. A request begins when its whole head is there and no other one is
    under way, so pipelined requests cost bytes, not objects, and answers cannot overtake each other. What the handler
    writes while bytes are being worked through is gathered and leaves in one write.
    """

    __slots__ = (
        "_at",
        "_buffer",
        "_chunks",
        "_deaf",
        "_discarding",
        "_drainer",
        "_exchange",
        "_expects",
        "_gathering",
        "_head_by",
        "_inbox",
        "_keep",
        "_left",
        "_lingering",
        "_out",
        "_out_size",
        "_reading",
        "_receiving",
        "_scanned",
        "_stalled_at",
        "_writable",
        "deadline",
        "peer",
        "requests",
        "scheme",
        "server",
        "spoke",
        "transport",
    )

    def __init__(self, server: Server, scheme: str) -> None:
        self.server = server
        self.scheme = scheme
        self.peer = ""
        self.transport: asyncio.Transport | None = None
        self.deadline = math.inf
        self.spoke = NEVER
        self.requests = 0
        self._buffer = b""
        self._at = 0
        self._scanned = 0
        self._head_by = math.inf
        self._exchange: Exchange | None = None
        self._keep = True
        # The request's body, while it is coming.
        self._receiving = False
        self._left = 0
        self._chunks: ChunkDecoder | None = None
        self._inbox: Inbox | None = None
        self._expects = False
        self._discarding = False
        # The way out.
        self._out: list[bytes] = []
        self._out_size = 0
        self._gathering = False
        self._reading = True
        self._writable = True
        self._drainer: asyncio.Future[None] | None = None
        self._stalled_at = 0
        self._lingering = False
        self._deaf = False  # what comes is thrown away

    # asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        limits = self.server.limits
        # uvloop's low-water mark is 16 bytes unless it is told.
        self.transport.set_write_buffer_limits(high=limits.outbox, low=limits.outbox // 4)
        self.peer = _address(transport.get_extra_info("peername"))
        self.deadline = self._head_by = self.server.time() + limits.head_s
        if self.server.admit(self):
            self.server.wheel.watch(self)
        else:
            self._refuse(Refused(503, "too many connections"))

    def data_received(self, data: bytes) -> None:
        if self._deaf or self.transport is None:
            return
        if self._at < len(self._buffer):
            data = self._buffer[self._at :] + data
            self._scanned -= self._at
        else:
            self._scanned = 0
        self._buffer = data
        self._at = 0
        self._advance()

    def eof_received(self) -> bool | None:
        # A client that closes for writing while it waits is taken for gone, as most are: else their work would go on.
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.deadline = math.inf
        self.server.dismiss(self)
        self._buffer = b""
        gone = PeerGone("the client closed the connection")
        if self._drainer is not None and not self._drainer.done():
            self._drainer.set_exception(gone)
        if (exchange := self._exchange) is not None:
            self._exchange = None
            exchange.lost(gone)
            if not exchange.ended:
                self.server.done(exchange)

    def pause_writing(self) -> None:
        self._writable = False
        if self.transport is not None and not self._lingering:
            self._stalled_at = self.transport.get_write_buffer_size()
            self._wait_until(self.server.time() + self.server.limits.stall_s)

    def resume_writing(self) -> None:
        self._writable = True
        if self._drainer is not None and not self._drainer.done():
            self._drainer.set_result(None)
        if not self._gathering:
            self._advance()

    # What an exchange does

    def send(self, data: bytes) -> None:
        """Write, or gather what is being answered while input is worked through."""
        if self._gathering:
            self._out.append(data)
            self._out_size += len(data)
            if self._out_size > self.server.limits.outbox:
                self._flush()
        elif self.transport is not None and data:
            self.transport.write(data)

    async def drained(self) -> None:
        """Wait until writing makes sense again. Raises PeerGone."""
        if self._gathering:
            self._flush()
        if self.transport is None:
            raise PeerGone("the client closed the connection")
        if not self._writable:
            if self._drainer is None or self._drainer.done():
                self._drainer = asyncio.get_running_loop().create_future()
            await self._drainer

    def keeps(self) -> bool:
        """Whether another request may follow; decided once, when the answer's head is made."""
        if self._receiving and self._keep:
            # Section 9.3: the rest of the body has to be read first. It is, when it is short and surely coming.
            too_long = self._chunks is None and self._left > self.server.limits.drained
            self._keep = not (self._expects or too_long)
        if self.server.draining:
            self._keep = False
        return self._keep

    def close_after(self) -> None:
        """The answer being made is the last one."""
        self._keep = False

    def answered(self, exchange: Exchange) -> None:
        """The exchange's answer is complete."""
        if exchange is not self._exchange:
            return
        self.server.done(exchange)
        if self._receiving:
            self._discard()
        else:
            self._finish()

    def abort(self) -> None:
        """Reset the connection."""
        if self.transport is not None:
            self._flush()
            _reset(self.transport)

    def cut(self) -> None:
        """Close, whatever is under way."""
        self._keep = False
        self._linger()

    def shut(self) -> None:
        """The server drains: close at once when idle, else after the answer under way."""
        if self._exchange is None and not self._lingering and self.transport is not None:
            self._close()

    # Requests

    def _advance(self) -> None:
        """Work through the buffer until it is used up or something has to be waited for."""
        if self._gathering:
            return
        self._gathering = True
        try:
            while self._at < len(self._buffer) and self.transport is not None:
                if self._exchange is None:
                    if not self._writable or self._deaf or not self._take_head():
                        break
                elif not self._receiving or not self._take_body():
                    break
        finally:
            self._gathering = False
            if self._out:
                self._flush()
            self._settle()

    def _take_head(self) -> bool:
        """Begin the next request if its head is complete."""
        buffer, at = self._buffer, self._at
        end = buffer.find(_END_OF_HEAD, max(at, self._scanned))
        if end < 0:
            return self._wait_for_head()
        end += 4
        limits = self.server.limits
        try:
            if end - at > limits.head:
                raise Refused(431, f"the request head is longer than {limits.head} bytes")
            if buffer.startswith(b"\r\n", at):  # section 2.2: an empty line in front is ignored; one
                at += 2
            head = buffer if at == 0 and end == len(buffer) else buffer[at:end]
            request = self.server.heads.read(head)
        except Refused as refused:
            self._refuse(refused)
            return False
        self._at = self._scanned = end
        self._begin(request)
        return True

    def _begin(self, request: RequestHead) -> None:
        framing = request.framing
        server = self.server
        self.requests += 1
        self._head_by = math.inf
        self._keep = framing.keep_alive
        inbox = None
        if framing.length != 0:
            if framing.length is not None and framing.length > server.limits.body:
                self._refuse(Refused(413, f"the body is longer than {server.limits.body} bytes"))
                return
            self._receiving = True
            self._expects = framing.expects
            self._left = framing.length or 0
            self._chunks = ChunkDecoder(server.limits.head) if framing.length is None else None
            inbox = self._inbox = Inbox(self._body_wanted, self._body_taken)
        exchange = self._exchange = Exchange(self, request, inbox, server.time())
        try:
            server.handler(exchange)
        except Exception as exc:
            exchange.failed(exc)

    def _wait_for_head(self) -> bool:
        """The head is not complete: refuse what cannot become one, so that no client waits for the time-out."""
        limits = self.server.limits
        if self._head_by == math.inf:
            self._head_by = self.server.time() + limits.head_s
        buffer, at = self._buffer, self._at
        self._scanned = max(at, len(buffer) - 3)
        size = len(buffer) - at
        line_end = buffer.find(b"\n", at)
        try:
            if buffer[at] == 0x16:
                raise Refused(400, "this port speaks HTTP, not TLS")
            if line_end < 0 and size > limits.request_line:
                raise Refused(414, f"the request line is longer than {limits.request_line} bytes")
            if size > limits.head:
                raise Refused(431, f"the request head is longer than {limits.head} bytes")
            if line_end >= 0 and buffer.count(b"\n", at) != buffer.count(b"\r\n", at):
                raise Refused(400, "malformed request: a line does not end in CRLF")
        except Refused as refused:
            self._refuse(refused)
        return False

    # The body of a request

    def _take_body(self) -> bool:
        """Hand on what came of the body; whether the body is complete."""
        inbox = self._inbox
        assert inbox is not None
        data = self._buffer if self._at == 0 else self._buffer[self._at :]
        self._expects = False  # the client did not wait
        parts: list[bytes] = []
        try:
            if self._chunks is not None:
                rest = len(self._chunks.feed(data, parts))
                complete = self._chunks.done
            else:
                rest = max(0, len(data) - self._left)
                parts.append(data[: self._left] if rest else data)
                self._left -= len(data) - rest
                complete = self._left == 0
            for part in parts:
                inbox.put(part)
            if inbox.received > self.server.limits.body:
                raise Refused(413, f"the body is longer than {self.server.limits.body} bytes")
        except Refused as refused:
            self._spoil(refused)
            return False
        self._at = self._scanned = len(self._buffer) - rest
        if complete:
            self._receiving = False
            inbox.end()
            if self._discarding:
                self._finish()
        elif self._discarding:
            inbox.clear()
            if inbox.received > self.server.limits.drained:
                self._keep = False
                self._finish()
        return complete

    def _spoil(self, refused: Refused) -> None:
        """The body is malformed, too long or too slow: whoever reads it is told, and nothing can follow it."""
        self._keep = False
        self._deaf = True
        self._at = len(self._buffer)
        inbox, exchange = self._inbox, self._exchange
        if self._discarding:
            self._finish()
        elif inbox is not None and exchange is not None:
            inbox.fail(refused)
            if not exchange.working:
                exchange.failed(refused)
                exchange.gone = True

    def _discard(self) -> None:
        """The answer is out, its request not yet in: read the rest away, or close."""
        assert self._inbox is not None
        if not self._keep:
            self._finish()
            return
        self._inbox.clear()
        self._inbox.received = 0
        self._discarding = True
        self._wait_until(self.server.time() + self.server.limits.body_s)
        self._settle()

    def _body_wanted(self) -> None:
        if self._expects:
            self._expects = False
            if self._exchange is not None and not self._exchange.status:
                self.send(CONTINUE)
        self._settle()

    def _body_taken(self) -> None:
        if not self._reading:
            self._settle()

    # The end of a request, and of the connection

    def _finish(self) -> None:
        """The exchange is over: the next one, or the end."""
        unread = self._receiving or self._at < len(self._buffer)
        self._exchange = self._inbox = self._chunks = None
        self._receiving = self._discarding = False
        if not self._keep or self.server.draining:
            if unread:
                self._linger()
            else:
                self._close()
        elif not self._gathering:
            if unread:
                self._advance()
            else:
                self._settle()

    def _refuse(self, refused: Refused) -> None:
        """Answer what is not a request, and let nothing follow."""
        self.server.refused(self, refused)
        body = f"{refused.words}\n".encode()
        top = block(refused.status, (("content-type", "text/plain; charset=utf-8"),))
        length = b"content-length: %d\r\n" % len(body)
        self.send(b"%b%b%b%b\r\n%b" % (top.text, date_field(), length, CLOSE, body))
        self._linger()

    def _linger(self) -> None:
        """Close for writing and read on for a while: closing with input unread would reset the connection and could
        take the answer from the client's hands."""
        self._flush()
        transport = self.transport
        if transport is None or self._lingering:
            return
        self._go_deaf(self.server.limits.linger_s)
        if transport.can_write_eof():
            transport.write_eof()
        self._read(True)

    def _close(self) -> None:
        """Close when all is written."""
        self._flush()
        transport = self.transport
        if transport is not None and not self._lingering:
            self._go_deaf(self.server.limits.linger_s)
            transport.close()

    def _go_deaf(self, for_s: float) -> None:
        """Only output matters from now on: it may take as long as it moves, what follows it ``for_s``."""
        assert self.transport is not None
        self._lingering = self._deaf = True
        self._buffer = b""
        self._at = 0
        self._stalled_at = self.transport.get_write_buffer_size()
        if self._stalled_at:
            for_s = self.server.limits.stall_s
        self._wait_until(self.server.time() + for_s)

    def _flush(self) -> None:
        out = self._out
        if out and self.transport is not None:
            if len(out) == 1:
                self.transport.write(out[0])
            elif self._out_size <= self.server.limits.outbox:
                self.transport.write(b"".join(out))
            else:
                self.transport.writelines(out)
        self._out = []
        self._out_size = 0

    # Time and back-pressure

    def _settle(self) -> None:
        """After anything changed: whether to read on, and until when to wait."""
        if self.transport is None or self._lingering:
            return
        limits = self.server.limits
        waiting = len(self._buffer) - self._at
        read = waiting <= limits.pipelined
        until = math.inf
        inbox = self._inbox
        if self._exchange is None:
            until = self._head_by if waiting or not self.requests else self.server.time() + limits.idle_s
        elif self._receiving and inbox is not None:
            read = self._discarding or inbox.size <= limits.inbox
            if self._discarding:
                until = self.deadline
            elif inbox.waiting:
                until = self.server.time() + inbox.patience_s(limits)
        if self._writable:
            self._wait_until(until)
        self._read(read)

    def _wait_until(self, deadline: float) -> None:
        self.deadline = deadline
        self.server.wheel.watch(self)

    def _read(self, on: bool) -> None:
        if on is not self._reading and self.transport is not None and not self.transport.is_closing():
            self._reading = on
            if on:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def expired(self, now: float) -> None:
        """The wheel's word that the deadline has passed."""
        self.deadline = math.inf
        transport = self.transport
        if transport is None:
            return
        unsent = transport.get_write_buffer_size()
        if unsent:
            if unsent < self._stalled_at:
                self._stalled_at = unsent
                self.deadline = now + self.server.limits.stall_s
            else:
                self.server.stats.timed_out += 1
                transport.abort()
        elif self._lingering:
            transport.abort()
        elif self._exchange is None:
            if self._buffer[self._at :].strip():
                self.server.stats.timed_out += 1
                self._refuse(Refused(408, "the request head did not come in time"))
            else:
                self._close()
        elif self._receiving:
            self.server.stats.timed_out += 1
            self._spoil(Refused(408, "the request body came too slowly"))


def _address(peername: object) -> str:
    match peername:
        case (str(host), int(port), *_):
            return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        case _:
            return "unix"


def _reset(transport: asyncio.Transport) -> None:
    sock = transport.get_extra_info("socket")
    if sock is not None:
        # Linger for no time: the kernel sends RST and throws away what is unsent. A Unix socket knows no such thing.
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
