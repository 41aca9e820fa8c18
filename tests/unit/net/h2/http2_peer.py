"""An HTTP/2 server for tests, on the h2 library: what it does with each request is the test's to say."""

from __future__ import annotations

import asyncio

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded, StreamReset, WindowUpdated
from h2.settings import SettingCodes


class Request:
    """One request; ``body`` grows until ``ended``."""

    def __init__(self, stream_id, headers):
        self.id = stream_id
        self.headers = {name.decode(): value.decode() for name, value in headers}
        self.body = b""
        self.reset = None  # the error code with which the client gave it up


class Http2Peer:
    """``async with serve(peer, tls)``: ``answer(connection, request)`` is called at the end of each request.

    ``begun``, where it is set, is called at its beginning.
    ``most`` streams are allowed at a time, ``window`` octets of each body before more is asked for.
    """

    def __init__(self, answer, *, most=100, window=65535):
        self.answer = answer
        self.begun = None
        self.most = most
        self.window = window
        self.connections = 0
        self.requests = []
        self.busiest = 0  # most streams at a time
        self.changed = asyncio.Event()

    async def __call__(self, reader, writer):
        self.connections += 1
        connection = Connection(self, writer)
        connection.begin()
        while data := await reader.read(65536):
            connection.receive(data)
            await writer.drain()
            if connection.over:
                return

    async def until(self, true):
        """Wait until ``true()``."""
        while not true():
            self.changed.clear()
            await self.changed.wait()


class Connection:
    """One connection of the server; `respond` and the h2 library's connection, ``h2``, are for answers."""

    def __init__(self, peer, writer):
        self.peer = peer
        self.writer = writer
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self.under_way = {}
        self.unsent = {}
        self.over = False

    def begin(self):
        self.h2.initiate_connection()
        settings = {SettingCodes.MAX_CONCURRENT_STREAMS: self.peer.most}
        settings[SettingCodes.INITIAL_WINDOW_SIZE] = self.peer.window
        self.h2.update_settings(settings)
        if self.peer.window > 65535:
            self.h2.increment_flow_control_window(self.peer.window)
        self.flush()

    def receive(self, data):
        for event in self.h2.receive_data(data):
            request = self.under_way.get(getattr(event, "stream_id", None))
            match event:
                case RequestReceived():
                    request = self.under_way[event.stream_id] = Request(event.stream_id, event.headers)
                    self.peer.requests.append(request)
                    self.peer.busiest = max(self.peer.busiest, len(self.under_way))
                    if self.peer.begun is not None:
                        self.peer.begun(self, request)
                case DataReceived():
                    if request is not None:
                        request.body += event.data
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                case StreamEnded() if request is not None:
                    self.peer.answer(self, request)
                case StreamReset() if request is not None:
                    request.reset = event.error_code
                    self.under_way.pop(event.stream_id)
                    self.unsent.pop(event.stream_id, None)
                case WindowUpdated():
                    for stream_id in [*self.unsent]:
                        self.push(stream_id)
        self.flush()
        self.peer.changed.set()

    def respond(self, request, body=b"", *, status=200, headers=()):
        """Answer with ``body``, as fast as the client takes it."""
        fields = [(":status", str(status)), *headers]
        self.h2.send_headers(request.id, fields)
        self.unsent[request.id] = body
        self.push(request.id)

    def push(self, stream_id):
        body = self.unsent[stream_id]
        while room := min(self.h2.local_flow_control_window(stream_id), self.h2.max_outbound_frame_size, len(body)):
            self.h2.send_data(stream_id, body[:room])
            body = body[room:]
        self.unsent[stream_id] = body
        if not body:
            del self.unsent[stream_id]
            self.h2.end_stream(stream_id)
            self.under_way.pop(stream_id, None)

    def flush(self):
        if data := self.h2.data_to_send():
            self.writer.write(data)


def echo(connection, request):
    """Answer with the path and the body."""
    connection.respond(request, request.headers[":path"].encode() + b" " + request.body)
