"""One request and its answer: all a handler sees of a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.net.h1.refused import PeerGone, Refused
from wherry.net.h1.response import BODYLESS, CHUNKED, CLOSE, KEEP_ALIVE, Block, block, date_field

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Coroutine, Iterable
    from typing import Any

    from wherry.net.h1.connection import Connection
    from wherry.net.h1.head import RequestHead
    from wherry.net.h1.incoming import Incoming

_JOINED = 16 * 1024  # a body up to this is copied behind its head, so that one write sends both


class Exchange:
    """A request, and the methods that answer it.

    Answer at once with :meth:`respond`, or in parts with :meth:`start`, :meth:`write` and :meth:`end`; from the
    handler itself, from any later callback of the loop, or from a coroutine given to :meth:`spawn`. After the client
    has gone, ``gone`` is true and answering does nothing. ``status`` (0 before the answer started), ``sent`` (bytes
    of body) and ``ended`` (the answer is complete) are for logs, as is ``began``, on the loop's clock.
    """

    __slots__ = (
        "_body",
        "_chunked",
        "_left",
        "_silent",
        "_task",
        "began",
        "connection",
        "ended",
        "gone",
        "request",
        "sent",
        "status",
    )

    def __init__(self, connection: Connection, request: RequestHead, body: Incoming | None, began: float) -> None:
        self.connection = connection
        self.request = request
        self.began = began
        self.status = 0
        self.sent = 0
        self.ended = False
        self.gone = False
        self._body = body
        self._task: asyncio.Task[None] | None = None
        # Set by start(): bytes still to come, None when they are not counted; chunks; no body whatever is written.
        self._left: int | None
        self._chunked: bool
        self._silent: bool

    @property
    def peer(self) -> str:
        """The client's address: ``192.0.2.1:4711``, ``[2001:db8::1]:4711``, or ``unix`` for a Unix socket."""
        return self.connection.peer

    @property
    def scheme(self) -> str:
        """``https`` over TLS, else ``http``."""
        return self.connection.scheme

    # The answer

    def respond(self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> None:
        """The whole answer. Content-Length and Date are added; for HEAD the body only lends its length.

        Raises ValueError for what HTTP cannot carry (see :func:`~wherry.net.h1.response.block`) and RuntimeError when
        the answer has been started.
        """
        if self.gone:
            return
        top = self._open(status, headers)
        date = b"" if top.dated else date_field()
        if status in BODYLESS:
            head = b"%b%b%b\r\n" % (top.text, date, self._persistence())
            body = b""
        else:
            head = b"%b%bcontent-length: %d\r\n%b\r\n" % (top.text, date, len(body), self._persistence())
            if self.request.method == "HEAD":
                body = b""
        self.sent = len(body)
        connection = self.connection
        if len(body) <= _JOINED:
            connection.send(head + body)
        else:
            connection.send(head)
            connection.send(body)
        self.ended = True
        connection.answered(self)

    def start(self, status: int, headers: Iterable[tuple[str, str]] = (), length: int | None = None) -> None:
        """Send the head; the body follows with :meth:`write`, ``length`` bytes of it.

        Without a length the body is chunked, or in HTTP/1.0 ends with the connection. Raises as :meth:`respond`.
        """
        if self.gone:
            return
        top = self._open(status, headers)
        self._silent = status in BODYLESS or self.request.method == "HEAD"
        self._chunked = False
        self._left = None
        framing = b""
        if status in BODYLESS:
            pass
        elif length is not None:
            framing = b"content-length: %d\r\n" % length
            self._left = length
        elif self.request.version == "1.1":
            framing = CHUNKED
            self._chunked = not self._silent
        else:
            self.connection.keep = False
        date = b"" if top.dated else date_field()
        self.connection.send(b"%b%b%b%b\r\n" % (top.text, date, framing, self._persistence()))

    def write(self, chunk: bytes) -> None:
        """Send a part of the body. Raises RuntimeError out of turn and ValueError beyond the announced length."""
        if self.gone:
            return
        if not self.status or self.ended:
            raise RuntimeError("a body is written between start and end")
        if self._left is not None:
            if len(chunk) > self._left:
                raise ValueError("the body is longer than was announced")
            self._left -= len(chunk)
        if not chunk or self._silent:
            return
        self.sent += len(chunk)
        if not self._chunked:
            self.connection.send(chunk)
        elif len(chunk) <= _JOINED:
            self.connection.send(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        else:
            self.connection.send(b"%x\r\n" % len(chunk))
            self.connection.send(chunk)
            self.connection.send(b"\r\n")

    def end(self) -> None:
        """The answer is complete. One shorter than announced resets the connection and raises ValueError."""
        if self.gone:
            return
        if not self.status or self.ended:
            raise RuntimeError("an answer ends once, after it started")
        if self._left and not self._silent:
            self.abort()
            raise ValueError(f"the body is {self._left} bytes shorter than was announced")
        if self._chunked:
            self.connection.send(b"0\r\n\r\n")
        self.ended = True
        self.connection.answered(self)

    async def drain(self) -> None:
        """Wait until the client has taken enough for more to be written. Raises PeerGone."""
        await self.connection.drained()

    def abort(self) -> None:
        """Reset the connection: the client sees a failure, not an end."""
        self.gone = True
        self.connection.abort()

    def cut(self) -> None:
        """Close the connection behind what has been written: the client sees an end that comes too early."""
        self.gone = True
        self.connection.cut()

    # The request's body

    async def read_body(self, limit: int) -> bytes:
        """The whole body.

        Raises Refused(413) beyond ``limit`` bytes, Refused for a malformed or stalled body, PeerGone.
        """
        length = self.request.framing.length
        if length is not None and length > limit:
            raise Refused(413, f"the body is longer than {limit} bytes")
        parts: list[bytes] = []
        size = 0
        async for part in self.body():
            size += len(part)
            if size > limit:
                raise Refused(413, f"the body is longer than {limit} bytes")
            parts.append(part)
        return b"".join(parts)

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises as :meth:`read_body`; the connection's own limit on bodies holds."""
        if self._body is not None:
            while data := await self._body.get():
                yield data

    # Coroutines, and what goes wrong

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let ``work`` answer. It is cancelled when the client goes before the answer is complete.

        What it raises is answered as what a handler raises: Refused with its status, anything else with 500 and a line
        in the log, or, once the answer has started, with a reset.
        """
        self._task = self.connection.server.spawn(work)
        self._task.add_done_callback(self._worked)

    def _worked(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if task.cancelled():
            if not self.ended and not self.gone:
                self.abort()
        elif (exc := task.exception()) is not None:
            self.failed(exc)
        elif not self.ended and not self.gone:
            self.failed(RuntimeError("the handler ended without an answer"))

    def failed(self, exc: BaseException) -> None:
        """The connection's or the task's word that the handler raised ``exc``."""
        if not isinstance(exc, Refused | PeerGone):
            self.connection.server.report(self, exc)
        if self.ended or self.gone:
            return
        if self.status:
            self.abort()
        elif isinstance(exc, Refused):
            self.refuse(exc)
        else:
            self.refuse(Refused(500, "internal error"))

    def spoiled(self, refused: Refused) -> None:
        """The connection's word that the body will never be complete. A coroutine learns it by reading."""
        if self._task is None:
            self.failed(refused)
            self.gone = True

    def lost(self, gone: PeerGone) -> None:
        """The connection's word that the client has gone."""
        self.gone = True
        if self._body is not None:
            self._body.fail(gone)
        if self._task is not None and not self.ended:
            self._task.cancel()

    def refuse(self, refused: Refused) -> None:
        """Answer with the status and the words of a refusal."""
        self.respond(refused.status, (("content-type", "text/plain; charset=utf-8"),), f"{refused.words}\n".encode())

    def _open(self, status: int, headers: Iterable[tuple[str, str]]) -> Block:
        if self.status:
            raise RuntimeError("a request is answered once")
        top = block(status, headers)
        self.status = status
        if top.close:
            self.connection.keep = False
        return top

    def _persistence(self) -> bytes:
        """The Connection field, where one is needed (RFC 9112 section 9.3)."""
        connection = self.connection
        if connection.body is not None:
            connection.settle_keep()
        if not connection.keep:
            return CLOSE
        return b"" if self.request.version == "1.1" else KEEP_ALIVE
