"""One HTTP/1.1 connection as a client: bytes in, the end of a response out, without a task, future or queue."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, cast

from httptools import HttpParserError, HttpResponseParser

from wherry.net.failure import NetFailure, Reason
from wherry.net.h1.client.response import (
    END_OF_HEAD,
    MAX_FRAMING,
    MAX_HEAD,
    MAX_INTERIM,
    final_head,
    keeps_open,
    until_close,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_IDLE: Final = 0  # no request is under way
_SENT: Final = 1  # nothing has come of the response
_READING: Final = 2

_VERSIONS: Final = (b"HTTP/1.1 ", b"HTTP/1.0 ")
_NOTHING: Final = b""
# A longer response is parsed each time: of ten thousand connections each keeps one.
_MAX_REMEMBERED: Final = 4096


class ClientConnection(asyncio.Protocol):
    """Sends one request at a time and reads its response; what becomes of it is told to the methods at the end.

    They are called while data is being received, and may send the next request at once. A subclass overrides those
    that it wants. It may also define llhttp's other callbacks (``on_header``, ``on_status``), which cost time only
    where they are defined, and must then set ``remembers`` to False.

    Of the last response: ``status``; ``reusable``, whether another request may follow it; ``body_size`` in bytes, its
    framing undone; ``wire_size``, all that was received for it, in bytes. ``closed``: nothing can be sent any more.
    ``outdated``, of a failure: the server closed a connection that it had kept, before one byte of the response came;
    an idempotent request may then be sent once more on another (RFC 9112 section 9.3.1).
    """

    __slots__ = (
        "_ended", "_excess", "_feed", "_framing", "_head", "_head_done", "_interim", "_known", "_parser", "_raw",
        "_served", "_stage", "_write", "body_size", "closed", "outdated", "reusable", "status", "transport",
        "wire_size",
    )  # fmt: skip

    # Whether a response that is byte for byte the one before is taken for it: to parse it takes seven times as long.
    remembers: ClassVar[bool] = True

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.status = 0
        self.reusable = False
        self.body_size = 0
        self.wire_size = 0
        self.closed = False
        self.outdated = False
        self._write: Callable[[bytes], None] = _not_open
        self._feed: Callable[[bytes], None] = _not_open
        self._parser: Any = None
        self._stage = _IDLE
        self._head = False  # the request is a HEAD
        self._served = False  # there was a response before
        self._known: bytes | None = None  # the last response, where it came in one piece
        self._raw: bytes | bytearray = _NOTHING  # the response so far; after its head, only that
        self._interim = 0
        self._framing = 0  # bytes since the last piece of the body
        self._head_done = self._ended = self._excess = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._write = self.transport.write
        self._begin_anew()

    def _begin_anew(self) -> None:
        """Take a new parser: the old one waits for what never comes."""
        self._parser = HttpResponseParser(self)
        self._feed = self._parser.feed_data

    # What is asked of a connection

    def send(self, data: bytes, *, head: bool = False) -> None:
        """Send a request, or its head and the beginning of its body. ``head``: its method is HEAD.

        The request before it must have ended, and the connection be neither ``closed`` nor unable to be used again.
        """
        self._stage = _SENT
        if head is not self._head:
            self._head = head
            self._known = None
        self._write(data)

    def write(self, data: bytes) -> None:
        """Send more of the request's body. What is written to a closed connection is lost, as on the way there."""
        if not self.closed:
            self._write(data)

    def abort(self) -> None:
        """Close at once and hear of nothing any more. Idempotent."""
        self._stage = _IDLE
        if not self.closed:
            self._shut()

    def close(self) -> None:
        """The same, with the farewell that TLS has. What the server has not taken by now, nobody waits for."""
        transport = self.transport
        if transport is not None and not self.closed and not transport.get_write_buffer_size():
            transport.close()
        self.abort()

    def time_out(self, after_s: float) -> None:
        """End the request under way because ``after_s`` seconds have passed, and the connection with it."""
        from wherry.core.trace import Phase
        from wherry.net.failure import timed_out_in

        phase = Phase.TRANSFER if self._stage == _READING and self._head_done else Phase.FIRST_BYTE
        self._fail(timed_out_in(after_s, phase))

    # asyncio's callbacks

    def data_received(self, data: bytes) -> None:
        if data == self._known and self._stage == _SENT:
            # The parser is at rest, as it was when it read these bytes: it would say the same.
            self._stage = _IDLE
            self.response_ended()
        else:
            self._receive(data)

    def eof_received(self) -> bool | None:
        self._end(None)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc)
        self.transport = None

    # Reading

    def _receive(self, data: bytes) -> None:
        if self._stage == _READING:
            size = len(data)
            self.wire_size += size
            self._framing += size
            if not self._head_done:
                raw = self._raw
                self._raw = raw = raw if isinstance(raw, bytearray) else bytearray(raw)
                raw += data
        elif self._stage == _SENT:
            self._stage = _READING
            self.wire_size = len(data)
            self.body_size = self._interim = self._framing = 0
            self._head_done = self._ended = self._excess = False
            self._raw = data
        else:
            # An answer to nothing, or more of one than there should be: never to be taken for the next one.
            self._end(None)
            return
        head_was_done = self._head_done
        try:
            self._feed(data)
        except HttpParserError as exc:
            self._complain(exc)
        if self._stage != _READING:
            return  # it has failed, or was aborted by who received the body
        if self._ended:
            self._finish(data)
        elif not self._head_done:
            if self.wire_size > MAX_HEAD:
                self._refuse("too_long")
        elif not head_was_done:
            self._raw = final_head(self._raw)
            self.response_started()
        elif self._framing > MAX_FRAMING:
            self._refuse("too_much_framing")

    def on_message_begin(self) -> None:
        if self._ended:
            self._excess = True

    def on_headers_complete(self) -> None:
        if self._ended:
            return  # it belongs to nothing
        status = self._parser.get_status_code()
        if status < 200:
            self._receive_interim(status)
            return
        if self._interim or not self._raw.startswith(_VERSIONS):
            head = final_head(self._raw)
            if not head.startswith(_VERSIONS):
                raise _Refused("other_version", head[:8].decode("latin-1").rstrip())
        self.status = status
        self._head_done = True
        self._framing = 0
        self.reusable = self._parser.should_keep_alive()
        if self._head:
            # The parser does not know what was asked, and waits for the body that another method would have brought.
            self._ended = True
            head = final_head(self._raw)
            self._excess = not self._raw.endswith(head + END_OF_HEAD)
            self.reusable = self.reusable or keeps_open(head)

    def _receive_interim(self, status: int) -> None:
        if status < 100:
            raise _Refused("no_status", f"{status:03}")
        if status == 101:
            raise _Refused("switched")
        self._interim += 1
        if self._interim > MAX_INTERIM:
            raise _Refused("too_many_interim")

    def on_body(self, data: bytes) -> None:
        if self._ended:
            self._excess = True
            return
        self._framing = 0
        self.body_size += len(data)
        self.body_received(data)

    def on_message_complete(self) -> None:
        if self._head_done:
            self._ended = True

    def _complain(self, exc: HttpParserError) -> None:
        """The parser refuses what it was given."""
        if self._ended:
            self._excess = True  # that was not the response
        elif isinstance(cause := exc.__context__, _Refused):
            self._refuse(cause.fault, *cause.details)
        else:
            self._refuse("invalid", exc, self._raw, in_body=self._head_done)

    def _finish(self, data: bytes) -> None:
        """The response is complete."""
        self._stage = _IDLE
        self._served = True
        self._raw = _NOTHING
        if self._excess:
            self.reusable = False
        if not self.reusable:
            self._known = None
        else:
            if self._head:
                self._begin_anew()
            one_piece = self.wire_size == len(data) <= _MAX_REMEMBERED
            self._known = data if one_piece and self.remembers else None
        self.response_ended()

    # The end of the connection

    def _end(self, exc: Exception | None) -> None:
        """Nothing more comes, or nothing that belongs here."""
        begun = self._stage == _READING
        head = bytes(self._raw) if begun and self._head_done else b""
        if self._stage == _IDLE:
            if not self.closed:
                self._shut()
                self.connection_ended()
        elif head and exc is None and until_close(head):
            self.reusable = False
            self._finish(_NOTHING)
        else:
            self._refuse("ended", head, self.body_size if begun else 0, exc, begun=begun)

    def _refuse(self, fault: str, *details: Any, **more: Any) -> None:
        from wherry.net.h1.client import faults

        self._fail(getattr(faults, fault)(*details, **more))

    def _fail(self, failure: NetFailure) -> None:
        lost = failure.reason in (Reason.CLOSED, Reason.RESET)
        self.outdated = lost and self._served and self._stage == _SENT
        self._stage = _IDLE
        self._shut()
        self.response_failed(failure)

    def _shut(self) -> None:
        """Close the connection. Whatever the parser still has to say concerns nobody."""
        self.closed = self._ended = True
        self.reusable = False
        self._known = None
        self._raw = _NOTHING
        self._write = _not_open
        # Parser and connection hold each other, and nobody collects garbage while load is made.
        self._parser = None
        self._feed = _not_open
        if self.transport is not None and not self.transport.is_closing():
            self.transport.abort()

    # What becomes of it

    def response_started(self) -> None:
        """The head has come, and not yet all of the rest; what came of the body with it has been received."""

    def body_received(self, data: bytes) -> None:
        """Some of the body, without its framing."""

    def response_ended(self) -> None:
        """The response is complete. Where it is not ``reusable``, the connection is to be aborted."""

    def response_failed(self, failure: NetFailure) -> None:
        """There is no whole response, and the connection is closed."""

    def connection_ended(self) -> None:
        """The connection is closed while no request was under way."""


class _Refused(Exception):
    """A callback refuses what llhttp takes; ``fault`` is the function of `faults` that has the words."""

    def __init__(self, fault: str, *details: str) -> None:
        super().__init__(fault)
        self.fault = fault
        self.details = details


def _not_open(*_: object) -> NoReturn:
    raise RuntimeError("this connection is not open")
