"""One HTTP/2 connection as a client: requests out, the ends of their responses in, without a task, future or queue.

The counterpart of `wherry.net.h1.client.connection`, with many requests under way at a time: what happens to each is
told with its stream. Over TLS the caller has offered ``h2`` (ALPN) and seen it chosen; without, it knows beforehand.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from h2 import events
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError

from wherry.core.trace import Phase
from wherry.net.h2.frames import Frames

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wherry.net.failure import NetFailure

_MAX_INTERIM: Final = 16
_SETTINGS: Final = b"\x04"
_MAX_STREAM_ID: Final = 2**31 - 1  # RFC 9113 section 5.1.1: then a new connection is needed


class ClientStream:
    """One request and its response.

    ``owner`` is the caller's own. Of the response: ``status``, 0 before its head has come; ``headers``; ``body_size``
    in bytes. Of a failure: ``unseen``, the server has promised that it did nothing, so that any request may be sent
    once more (RFC 9113 section 8.7); ``outdated``, nothing came of the response on a connection that had served
    before, so that an idempotent one may.
    """

    __slots__ = (
        "body_size", "headers", "id", "interim", "last", "outbox", "outdated", "owner", "sent", "status", "unseen",
    )  # fmt: skip

    def __init__(self, stream_id: int, owner: Any) -> None:
        self.id = stream_id
        self.owner = owner
        self.status = 0
        self.headers: Sequence[tuple[bytes, bytes]] = ()
        self.body_size = 0
        self.interim = 0
        self.outbox = bytearray()  # of the request's body, what the server's window has no room for
        self.last = False  # nothing will be added to it
        self.sent = False  # all of the request has been handed to the transport
        self.unseen = False
        self.outdated = False

    @property
    def phase(self) -> Phase:
        """Where the response is."""
        return Phase.TRANSFER if self.status else Phase.FIRST_BYTE


class ClientConnection(asyncio.Protocol):
    """Sends requests, each on a stream; what becomes of them is told to the methods at the end.

    Those are called while data is being received; they may send, cancel and abort at once, and what they send leaves
    together. A subclass overrides those that it wants.

    ``closed``: nothing can be sent any more. ``free``: how many requests may be sent now.
    """

    # How many octets of a response may come before they are acknowledged.
    window: ClassVar[int] = 1024 * 1024
    # Whether what comes is acknowledged as it comes; else it is for who reads it to say `acknowledge`.
    acknowledges: ClassVar[bool] = True

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.closed = False
        self._frames = Frames(self.window)
        self._streams: dict[int, ClientStream] = {}
        self._blocked: dict[int, ClientStream] = {}  # those whose outbox waits for room
        self._begun = False  # something has come
        self._settled = False  # the server's first SETTINGS have
        self._leaving = False  # the server has sent GOAWAY
        self._served = False
        self._full = False  # the transport wants nothing more for now
        self._gathering = False

    # What is asked of a connection

    @property
    def free(self) -> int:
        """How many requests may be sent now: what the server allows, one before it has said anything."""
        frames = self._frames
        if self.closed or self._leaving or frames.highest_outbound_stream_id >= _MAX_STREAM_ID:
            return 0
        most: int = frames.remote_settings.max_concurrent_streams if self._settled else 1
        return max(0, most - len(self._streams))

    @property
    def busy(self) -> int:
        """How many requests are under way."""
        return len(self._streams)

    def request(
        self, fields: Sequence[tuple[bytes, bytes]], data: bytes = b"", *, more: bool = False, owner: Any = None
    ) -> ClientStream:
        """Send a request, its header ``fields`` as `fields.request_fields` makes them, and ``data``, its body.

        ``more``: the body goes on; `write` the rest. Only where something is ``free``.
        """
        assert self.free, "no stream is free on this connection"
        frames = self._frames
        stream = ClientStream(frames.get_next_available_stream_id(), owner)
        self._streams[stream.id] = stream
        stream.sent = not data and not more
        frames.send_headers(stream.id, fields, end_stream=stream.sent)
        if data or not stream.sent:
            stream.outbox += data
            stream.last = not more
            self._push(stream)
        self._flush()
        return stream

    def write(self, stream: ClientStream, data: bytes, *, last: bool = False) -> None:
        """Send more of a request's body; ``last``: nothing follows. Lost where the response has already ended."""
        if stream.id in self._streams:
            stream.outbox += data
            stream.last = last
            self._push(stream)
            self._flush()

    def acknowledge(self, stream: ClientStream, size: int) -> None:
        """Say that ``size`` octets of the response's body were read, so that as many may come."""
        if not self.closed:
            self._frames.acknowledge_received_data(size, stream.id)
            self._flush()

    def cancel(self, stream: ClientStream, code: ErrorCodes = ErrorCodes.CANCEL) -> None:
        """Give up a request and hear of it no more. Idempotent."""
        if self._forget(stream):
            self._reset(stream, code)
            self._flush()
            self._room()

    def close(self) -> None:
        """Say goodbye, close, and hear of nothing any more. Idempotent."""
        if not self.closed:
            self._frames.close_connection()
            self._send_out()
            self._shut(politely=True)

    def abort(self) -> None:
        """Close at once and hear of nothing any more. Idempotent."""
        if not self.closed:
            self._shut()

    def time_out(self, stream: ClientStream, after_s: float) -> None:
        """End a request because ``after_s`` seconds have passed; the others go on."""
        from wherry.net.failure import timed_out_in

        self._break(stream, timed_out_in(after_s, stream.phase), ErrorCodes.CANCEL)

    # asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self._frames.begin()
        self._flush()

    def data_received(self, data: bytes) -> None:
        if self.closed:
            return
        self._gathering = True
        try:
            self._receive(data)
        finally:
            self._gathering = False
        self._flush()

    def eof_received(self) -> bool | None:
        self._end(None)
        return None

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc)
        self.transport = None

    def pause_writing(self) -> None:
        self._full = True

    def resume_writing(self) -> None:
        self._full = False
        self._push_all()
        self._flush()

    # Receiving

    def _receive(self, data: bytes) -> None:
        begun, self._begun = self._begun, True
        if not begun and data[3:4] not in (b"", _SETTINGS):  # RFC 9113 section 3.4: the server's preface
            from wherry.net.h2.faults import not_http2

            self._fail(lambda _: not_http2(data))
            return
        try:
            found = self._frames.receive_data(data)
        except ProtocolError as exc:
            from wherry.net.h2.faults import invalid

            fault = exc
            self._send_out()  # GOAWAY, with the reason
            self._fail(lambda phase: invalid(fault, phase), politely=True)
            return
        for event in found:
            if (handle := _HANDLERS.get(type(event))) is not None:
                handle(self, event)
                if self.closed:
                    return

    def _on_response(self, event: events.ResponseReceived) -> None:
        if (stream := self._streams.get(event.stream_id)) is not None:
            headers = event.headers
            # h2 has seen to it that there is one :status, and that it stands first (RFC 9113 section 8.3).
            stream.status = int(headers[0][1])
            stream.headers = headers[1:]
            self.response_started(stream)

    def _on_interim(self, event: events.InformationalResponseReceived) -> None:
        if (stream := self._streams.get(event.stream_id)) is not None:
            stream.interim += 1
            if stream.interim > _MAX_INTERIM:
                from wherry.net.h2.faults import too_many_interim

                self._break(stream, too_many_interim(_MAX_INTERIM), ErrorCodes.ENHANCE_YOUR_CALM)

    def _on_data(self, event: events.DataReceived) -> None:
        stream, size = self._streams.get(event.stream_id), event.flow_controlled_length
        data = event.data or b""
        # Padding counts, and nobody reads it.
        known = size if self.acknowledges or stream is None else size - len(data)
        if known:
            self._frames.acknowledge_received_data(known, event.stream_id)
        if stream is not None and data:
            stream.body_size += len(data)
            self.body_received(stream, data)

    def _on_end(self, event: events.StreamEnded) -> None:
        if (stream := self._streams.get(event.stream_id)) is None or not self._forget(stream):
            return
        self._served = True
        if not stream.sent:
            # The answer came before the whole question: the server does not need the rest (RFC 9113 section 8.1).
            self._reset(stream, ErrorCodes.NO_ERROR)
        self.response_ended(stream)
        self._room()

    def _on_reset(self, event: events.StreamReset) -> None:
        if (stream := self._streams.get(event.stream_id)) is not None:
            from wherry.net.h2.faults import stream_reset

            stream.unseen = event.error_code == ErrorCodes.REFUSED_STREAM
            self._break(stream, stream_reset(event.error_code or 0, stream.phase))

    def _on_goaway(self, event: events.ConnectionTerminated) -> None:
        from wherry.net.h2.faults import went_away

        code, last = event.error_code or 0, event.last_stream_id or 0
        self._leaving = True
        for stream in list(self._streams.values()):
            stream.unseen = stream.id > last
            if (stream.unseen or code) and stream.id in self._streams:
                self._break(stream, went_away(code, stream.phase))
        self._room()

    def _on_window(self, event: events.WindowUpdated) -> None:
        if not event.stream_id:
            self._push_all()
        elif (stream := self._blocked.get(event.stream_id)) is not None:
            self._push(stream)

    def _on_settings(self, _event: events.RemoteSettingsChanged) -> None:
        self._settled = True
        self._push_all()
        self._room()

    # Sending

    def _push_all(self) -> None:
        for stream in list(self._blocked.values()):
            if stream.id in self._blocked:
                self._push(stream)

    def _push(self, stream: ClientStream) -> None:
        """Send as much of a stream's outbox as the windows and the transport take."""
        try:
            self._push_pieces(stream)
        except ProtocolError:
            # The library has read that the stream is over, and the event of it is still to come.
            stream.outbox.clear()

    def _push_pieces(self, stream: ClientStream) -> None:
        frames, outbox = self._frames, stream.outbox
        self._blocked.pop(stream.id, None)
        while outbox:
            room = min(frames.local_flow_control_window(stream.id), frames.max_outbound_frame_size)
            if room <= 0 or self._full:
                self._blocked[stream.id] = stream
                return
            piece = bytes(outbox[:room])
            del outbox[:room]
            stream.sent = stream.last and not outbox
            frames.send_data(stream.id, piece, end_stream=stream.sent)
            self._flush()
        if stream.last and not stream.sent:
            stream.sent = True
            frames.end_stream(stream.id)
        self.body_sent(stream)

    def _reset(self, stream: ClientStream, code: ErrorCodes) -> None:
        with suppress(ProtocolError):  # as above: then there is nothing to end
            self._frames.reset_stream(stream.id, code)

    def _flush(self) -> None:
        if not self._gathering:
            self._send_out()

    def _send_out(self) -> None:
        if (data := self._frames.data_to_send()) and self.transport is not None:
            self.transport.write(data)

    # Ends

    def _end(self, exc: Exception | None) -> None:
        """The connection has ended, or the server sends nothing more."""
        if not self.closed:
            from wherry.net.h2.faults import ended

            self._fail(lambda phase: ended(exc, phase))

    def _fail(self, fault: Callable[[Phase], NetFailure], *, politely: bool = False) -> None:
        """The connection cannot go on, nor any of its requests."""
        streams = list(self._streams.values())
        self._shut(politely=politely)
        for stream in streams:
            stream.outdated = self._served and not stream.status
            self.response_failed(stream, fault(stream.phase))
        self.connection_ended()

    def _break(self, stream: ClientStream, failure: NetFailure, code: ErrorCodes | None = None) -> None:
        """One request has failed; with a ``code`` the server is told."""
        if self._forget(stream):
            if code is not None:
                self._reset(stream, code)
            self.response_failed(stream, failure)
            self._flush()
            self._room()

    def _forget(self, stream: ClientStream) -> bool:
        self._blocked.pop(stream.id, None)
        return self._streams.pop(stream.id, None) is not None

    def _room(self) -> None:
        """A stream may have become free; of a connection that is being left, the last one ends it."""
        if self.closed:
            return
        if self._leaving and not self._streams:
            self.close()
            self.connection_ended()
        elif self.free:
            self.room_made()

    def _shut(self, *, politely: bool = False) -> None:
        self.closed = True
        self._streams.clear()
        self._blocked.clear()
        if self.transport is not None:
            if politely:
                self.transport.close()
            else:
                self.transport.abort()

    # What becomes of it

    def room_made(self) -> None:
        """Something is ``free``: the server has said how much it allows, or a request has ended."""

    def body_sent(self, stream: ClientStream) -> None:
        """All that was written of a request's body has been handed to the transport."""

    def response_started(self, stream: ClientStream) -> None:
        """The head has come."""

    def body_received(self, stream: ClientStream, data: bytes) -> None:
        """Some of the body."""

    def response_ended(self, stream: ClientStream) -> None:
        """The response is complete."""

    def response_failed(self, stream: ClientStream, failure: NetFailure) -> None:
        """There is no whole response. The connection may be ``closed`` or not."""

    def connection_ended(self) -> None:
        """The connection is closed, after what has failed with it was told."""


_HANDLERS: Final[dict[type[events.Event], Callable[[ClientConnection, Any], None]]] = {
    events.ResponseReceived: ClientConnection._on_response,
    events.InformationalResponseReceived: ClientConnection._on_interim,
    events.DataReceived: ClientConnection._on_data,
    events.StreamEnded: ClientConnection._on_end,
    events.StreamReset: ClientConnection._on_reset,
    events.ConnectionTerminated: ClientConnection._on_goaway,
    events.WindowUpdated: ClientConnection._on_window,
    events.RemoteSettingsChanged: ClientConnection._on_settings,
}
