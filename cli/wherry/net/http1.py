"""HTTP/1.1 as a client (RFC 9112): one request and its response on a connection, llhttp reading.

httpx could do this, at the price of 50 ms of imports: half of what a whole run of ``wherry request`` may take.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from wherry.core.quantity import format_size
from wherry.core.record import Record
from wherry.core.trace import Phase
from wherry.errors import WherryError
from wherry.net.failure import NetFailure, Reason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.core.trace import Trace
    from wherry.net.http import Body
    from wherry.net.stream import Stream

_MAX_HEAD: Final = 256 * 1024
_MAX_INTERIM: Final = 16
# What chunk lines, extensions and trailers may take between two pieces of a body.
_MAX_FRAMING: Final = 64 * 1024


class Head(Record):
    """The head of a response; header names as received."""

    status: int
    reason: str
    version: str
    headers: list[tuple[str, str]]


class Http1:
    """One connection. After an exchange, ``reusable`` says whether it can carry another."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.reusable = False
        self.answered = False
        self._reading: _Reading | None = None
        self._unsent = False

    async def send(
        self, head: bytes, method: str, body: Body | None, *, chunked: bool, trace: Trace, peer: str
    ) -> Head:
        """Send a request and read the response's head. Raises NetFailure.

        A final answer that comes before the body is sent ends the sending: the server has heard enough.
        """
        self.reusable = self.answered = self._unsent = False
        self._reading = reading = _Reading(self.stream, method)
        trace.begin(Phase.SEND, peer)
        if body is None:
            self.stream.write(head)
            await self._drain()
            trace.begin(Phase.FIRST_BYTE, peer)
            found = await self._head(reading)
        else:
            found = await self._head_while_sending(reading, head, body, chunked, trace, peer)
        trace.begin(Phase.TRANSFER, peer)
        return found

    @property
    def arrived(self) -> bool:
        """Whether the whole response is here, so that reading its body waits for nothing."""
        return self._reading is not None and self._reading.complete

    async def body(self, trace: Trace) -> AsyncIterator[bytes]:
        """The body of the response as it comes, without its framing. Raises NetFailure where it is cut off."""
        reading = self._reading
        assert reading is not None
        async for piece in reading.pieces():
            yield piece
        self.reusable = reading.reusable and not self._unsent
        trace.end()

    async def _head_while_sending(
        self, reading: _Reading, head: bytes, body: Body, chunked: bool, trace: Trace, peer: str
    ) -> Head:
        async def send() -> None:
            self.stream.write(head)
            sent = 0
            async for piece in body.chunks():
                if piece:
                    sent += len(piece)
                    if body.length is not None and sent > body.length:
                        break
                    self.stream.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                    await self.stream.drain()
            if body.length not in (None, sent):
                raise WherryError(f"the body is not of the {body.length} bytes announced: it changed while it was sent")
            if chunked:
                self.stream.write(b"0\r\n\r\n")
            await self.stream.drain()
            if not receiver.done():
                trace.begin(Phase.FIRST_BYTE, peer)

        receiver = asyncio.ensure_future(self._head(reading))
        sender = asyncio.ensure_future(send())
        try:
            await asyncio.wait([sender, receiver], return_when=asyncio.FIRST_COMPLETED)
            if sender.done() and (trouble := sender.exception()) and not isinstance(trouble, NetFailure):
                raise trouble  # the body could not be read
            # Where the server hung up on the body, what it said before counts, or else that it did.
            found = await receiver
            self._unsent = not sender.done() or sender.exception() is not None
            return found
        finally:
            for task in (sender, receiver):
                task.cancel()
            await asyncio.gather(sender, receiver, return_exceptions=True)

    async def _drain(self) -> None:
        with suppress(NetFailure):  # the reader finds out why, and whether the server said something before
            await self.stream.drain()

    async def _head(self, reading: _Reading) -> Head:
        try:
            return await reading.head()
        finally:
            self.answered = reading.received > 0


class _Reading:
    """Reads one response; the ``on_`` methods are the parser's callbacks."""

    def __init__(self, stream: Stream, method: str) -> None:
        self._stream = stream
        self._method = method
        self._parser = HttpResponseParser(self)
        self._pieces: deque[bytes] = deque()
        self._reason = b""
        self._headers: list[tuple[str, str]] = []
        self._status = 0
        self._interim = 0
        self._head_done = False
        self._complete = False
        self._excess = False
        self._idle_bytes = 0
        self._body_bytes = 0
        self.received = 0

    @property
    def reusable(self) -> bool:
        """Whether the response has ended where its framing says, and the server keeps the connection."""
        connection = [part.strip().lower() for part in self._values("connection") for part in part.split(",")]
        keeps = "close" not in connection if self._parser.get_http_version() == "1.1" else "keep-alive" in connection
        return self._complete and not self._excess and not self._until_close and keeps

    @property
    def complete(self) -> bool:
        """Whether the response has ended where its framing says."""
        return self._complete

    async def head(self) -> Head:
        while not self._head_done:
            data = await self._stream.read()
            if not data:
                raise self._cut("the server closed the connection without a response")
            self.received += len(data)
            self._feed(data)
            if not self._head_done and self.received > _MAX_HEAD:
                raise self._protocol(f"the response's head is longer than {format_size(_MAX_HEAD)}")
        if self._status == 101:
            raise self._protocol("the server switches protocols (101), which was not asked for")
        version = self._parser.get_http_version()
        if version not in ("1.0", "1.1"):
            raise self._protocol(f"the server answers with HTTP/{version} on an HTTP/1.1 connection")
        return Head(self._status, text_of(self._reason), version, self._headers)

    async def pieces(self) -> AsyncIterator[bytes]:
        while True:
            while self._pieces:
                yield self._pieces.popleft()
            if self._complete:
                return
            try:
                data = await self._stream.read()
            except NetFailure as exc:
                raise NetFailure(
                    f"{self._missing()}: {exc.message}", reason=exc.reason, phase=Phase.TRANSFER, hint=exc.hint
                ) from exc
            if not data:
                if not self._until_close:
                    raise self._cut(self._missing())
                self._complete = True
                return
            self._idle_bytes += len(data)
            self._feed(data)
            if self._idle_bytes > _MAX_FRAMING and not self._pieces and not self._complete:
                raise self._protocol("the chunked response has more framing than body")

    def _feed(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            pass  # the head is complete; its status says it
        except HttpParserError as exc:
            if self._complete:
                self._excess = True
            elif self.received == len(data) and not self._headers:
                raise self._not_http(data, exc) from None
            else:
                raise self._protocol(f"the response is not valid HTTP: {_complaint(exc)}") from None

    def on_message_begin(self) -> None:
        if self._complete:
            self._excess = True
        self._reason = b""
        if not self._complete:
            self._headers = []

    def on_status(self, data: bytes) -> None:
        self._reason += data

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._head_done:  # afterwards they are trailers
            self._headers.append((text_of(name), text_of(value)))

    def on_headers_complete(self) -> None:
        if self._complete:
            return
        self._status = self._parser.get_status_code()
        if 100 <= self._status < 200 and self._status != 101:
            self._interim += 1
            if self._interim > _MAX_INTERIM:
                raise _TooManyInterim
            return
        self._head_done = True
        # The parser does not know what was asked; RFC 9112 section 6.3.
        if self._method == "HEAD" or self._status in (101, 204, 304):
            self._complete = True

    def on_body(self, data: bytes) -> None:
        if self._complete:
            self._excess = True
            return
        self._idle_bytes = 0
        self._body_bytes += len(data)
        self._pieces.append(data)

    def on_message_complete(self) -> None:
        if self._head_done:
            self._complete = True

    @property
    def _until_close(self) -> bool:
        """Whether the end of the connection is the end of the body (RFC 9112 section 6.3, rule 8)."""
        if self._method == "HEAD" or self._status in (204, 304):
            return False
        codings = [part.strip().lower() for value in self._values("transfer-encoding") for part in value.split(",")]
        return codings[-1] != "chunked" if codings else not self._values("content-length")

    def _values(self, name: str) -> list[str]:
        return [value for field, value in self._headers if field.lower() == name]

    def _missing(self) -> str:
        if self._until_close:
            return f"the body is cut off after {self._body_bytes} bytes"
        if length := self._values("content-length"):
            return f"the body is cut off: {self._body_bytes} of {length[0]} bytes came"
        return f"the body is cut off after {self._body_bytes} bytes: its last chunk is missing"

    def _cut(self, words: str) -> NetFailure:
        if self.received and not self._head_done:
            words = "the server closed the connection in the middle of the response's head"
        phase = Phase.TRANSFER if self._head_done else Phase.FIRST_BYTE
        return NetFailure(words, reason=Reason.CLOSED, phase=phase)

    def _not_http(self, data: bytes, exc: HttpParserError) -> NetFailure:
        if data.startswith(b"HTTP/1."):
            return self._protocol(f"the response is not valid HTTP: {_complaint(exc)}")
        if data[:2] == b"\x15\x03":
            return self._protocol("the server speaks TLS here, not plain HTTP", hint="try https://")
        if data[3:9] == b"\x04\x00\x00\x00\x00\x00":  # a SETTINGS frame on stream 0
            return self._protocol("the server speaks HTTP/2 only")
        from wherry.core.wire.talk import glimpse

        return self._protocol(f"the server does not speak HTTP here; it sent {glimpse(data)}")

    def _protocol(self, words: str, *, hint: str | None = None) -> NetFailure:
        phase = Phase.TRANSFER if self._head_done else Phase.FIRST_BYTE
        return NetFailure(words, reason=Reason.PROTOCOL, phase=phase, hint=hint)


class _TooManyInterim(HttpParserError):
    def __init__(self) -> None:
        super().__init__(f"more than {_MAX_INTERIM} interim responses")


def _complaint(exc: HttpParserError) -> str:
    cause = exc.__context__ if isinstance(exc.__context__, _TooManyInterim) else exc
    words = str(cause) or type(exc).__name__
    return words if words.startswith("Content-") else words[0].lower() + words[1:]


def text_of(data: bytes) -> str:
    """A field or reason as text: UTF-8 in practice, else the octets as they are (obs-text, RFC 9110 section 5.5)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
