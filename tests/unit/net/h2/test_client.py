"""One HTTP/2 connection, its callbacks told in order."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import RequestReceived
from h2.settings import SettingCodes
from http2_peer import Http2Peer, echo
from hyperframe.frame import DataFrame, HeadersFrame
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.trace import Phase
from wherry.net.failure import Reason
from wherry.net.h2.client import ClientConnection
from wherry.net.h2.fields import request_fields


def fields(target="/", method="GET"):
    return request_fields(method, "http", "localhost", target, [("X-Mine", "1")])


class Recorder(ClientConnection):
    """Keeps what it is told, and sends ``wanted`` requests as there is room."""

    def __init__(self, wanted=(), body=b""):
        super().__init__()
        self.wanted = list(wanted)
        self.body = body
        self.told = []
        self.bodies = {}
        self.failures = {}
        self.changed = asyncio.Event()
        self.ended = False

    def connection_made(self, transport):
        super().connection_made(transport)
        self.room_made()

    def room_made(self):
        while self.wanted and self.free:
            target = self.wanted.pop(0)
            self.request(fields(target), self.body, owner=target)

    def tell(self, what, stream):
        self.told.append((what, stream.owner))
        self.changed.set()

    def response_started(self, stream):
        self.tell(stream.status, stream)

    def body_received(self, stream, data):
        self.bodies[stream.owner] = self.bodies.get(stream.owner, b"") + data

    def response_ended(self, stream):
        self.tell("ended", stream)

    def response_failed(self, stream, failure):
        self.failures[stream.owner] = (failure, stream.unseen, stream.outdated)
        self.tell("failed", stream)

    def connection_ended(self):
        self.ended = True
        self.changed.set()

    async def until(self, true):
        while not true():
            self.changed.clear()
            await self.changed.wait()


@pytest.fixture
def connected(serve):
    """``async with connected(peer, recorder)``: the recorder, connected to it."""

    @asynccontextmanager
    async def connect(peer, recorder):
        async with serve(peer) as port:
            await asyncio.get_running_loop().create_connection(lambda: recorder, "127.0.0.1", port)
            try:
                yield recorder
            finally:
                recorder.close()

    return connect


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_many_requests(run, connected, most):
    targets = [f"/{n}" for n in range(40)]

    async def main():
        peer, recorder = Http2Peer(echo, most=most), Recorder(targets)
        async with connected(peer, recorder):
            await recorder.until(lambda: len(recorder.told) == 80)
            return peer, recorder

    peer, recorder = run(main())
    assert peer.connections == 1
    assert peer.busiest <= most
    assert recorder.bodies == {target: target.encode() + b" " for target in targets}
    assert peer.requests[0].headers["x-mine"] == "1"


@pytest.mark.parametrize("window", [100, 65535])
def test_bodies_larger_than_any_window(run, connected, window):
    body = b"0123456789" * 20_000

    async def main():
        peer, recorder = Http2Peer(echo, window=window), Recorder(["/a", "/b"], body)
        async with connected(peer, recorder):
            await recorder.until(lambda: len(recorder.told) == 4)
            return recorder.bodies

    assert run(main()) == {"/a": b"/a " + body, "/b": b"/b " + body}


def test_a_body_that_the_connection_does_not_take_at_once(run, connected):
    """The windows would take all of it; what the transport does not want waits."""
    body = b"x" * 30_000_000

    def answer(connection, request):
        connection.respond(request, str(len(request.body)).encode())

    async def main():
        recorder = Recorder(["/a", "/b"], body)
        paused = []
        pause = recorder.pause_writing
        recorder.pause_writing = lambda: (paused.append(1), pause())
        async with connected(Http2Peer(answer, window=2**30), recorder):
            await recorder.until(lambda: len(recorder.told) == 4)
            return recorder.bodies, bool(paused)

    assert run(main()) == ({"/a": b"30000000", "/b": b"30000000"}, True)


def test_what_is_not_acknowledged_stops(run, connected):
    """Of a response that nobody reads no more comes than the window allows, and the others pass it by."""

    class Reader(Recorder):
        window = 70_000
        acknowledges = False

    def answer(connection, request):
        connection.respond(request, b"x" * 200_000 if request.headers[":path"] == "/large" else b"small")

    async def main():
        peer, recorder = Http2Peer(answer), Reader(["/large", "/small"])
        async with connected(peer, recorder):
            await recorder.until(lambda: ("ended", "/small") in recorder.told)
            await recorder.until(lambda: len(recorder.bodies["/large"]) >= 60_000)
            held = len(recorder.bodies["/large"])
            [stream] = recorder._streams.values()
            while stream.id in recorder._streams:
                recorder.acknowledge(stream, 10_000)
                await asyncio.sleep(0)
            return held, len(recorder.bodies["/large"])

    held, whole = run(main())
    assert held <= 70_000
    assert whole == 200_000


def goaway(code):
    """At the third request: GOAWAY that names the first one as the last, and its answer, which h2 would not send."""

    def answer(connection, request):
        if len(connection.peer.requests) == 3:
            first = connection.peer.requests[0].id
            connection.h2.close_connection(code, last_stream_id=first)
            connection.flush()
            connection.writer.write(answer_frames(first))

    return answer


def answer_frames(stream_id):
    """A response on a stream, made of nothing but frames."""
    headers = HeadersFrame(stream_id, data=b"\x88", flags=["END_HEADERS"])  # :status 200, of HPACK's static table
    return headers.serialize() + DataFrame(stream_id, data=b"late", flags=["END_STREAM"]).serialize()


def test_goaway_in_good_order(run, connected):
    async def main():
        recorder = Recorder(["/a", "/b", "/c"])
        async with connected(Http2Peer(goaway(0)), recorder):
            await recorder.until(lambda: recorder.ended)
            return recorder

    recorder = run(main())
    assert recorder.bodies == {"/a": b"late"}
    assert {owner: unseen for owner, (_, unseen, _) in recorder.failures.items()} == {"/b": True, "/c": True}
    assert recorder.closed
    assert not recorder.free


def test_goaway_with_an_error(run, connected):
    async def main():
        recorder = Recorder(["/a", "/b", "/c"])
        async with connected(Http2Peer(goaway(11)), recorder):
            await recorder.until(lambda: recorder.ended)
            return recorder.failures

    failures = run(main())
    assert [unseen for _, unseen, _ in failures.values()] == [False, True, True]
    words = "the server ended the connection (HTTP/2 error 11, ENHANCE_YOUR_CALM)"
    assert {str(failure) for failure, _, _ in failures.values()} == {words}


@pytest.mark.parametrize("code", [11, 999], ids=["known", "unknown"])
@pytest.mark.parametrize("abort", [False, True], ids=["", "aborted"])
def test_words_of_goaway(run, connected, code, abort):
    async def main():
        recorder = Recorder(["/a", "/b", "/c"])
        if abort:  # who is told may close the connection; the others are then not told any more
            recorder.response_failed = lambda *told: (Recorder.response_failed(recorder, *told), recorder.abort())
        async with connected(Http2Peer(goaway(code)), recorder):
            await recorder.until(lambda: recorder.failures if abort else recorder.ended)
            recorder.data_received(SETTINGS)
            recorder.abort()
            return [str(failure) for failure, _, _ in recorder.failures.values()]

    words = {11: "HTTP/2 error 11, ENHANCE_YOUR_CALM", 999: "HTTP/2 error 999"}[code]
    assert run(main()) == [f"the server ended the connection ({words})"] * (1 if abort else 3)


def test_interim_responses(run, connected):
    def answer(connection, request):
        for _ in range(int(request.headers[":path"][1:])):
            connection.h2.send_headers(request.id, [(":status", "103"), ("link", "</a>")])
        connection.respond(request, b"ok")

    async def main():
        peer, recorder = Http2Peer(answer), Recorder(["/16", "/17"])
        async with connected(peer, recorder):
            await recorder.until(lambda: len(recorder.told) == 3)
            return recorder

    recorder = run(main())
    assert recorder.bodies == {"/16": b"ok"}
    assert str(recorder.failures["/17"][0]) == "HTTP/2: more than 16 interim responses"


@pytest.mark.parametrize(
    ("code", "unseen"), [(7, True), (2, False), (999, False)], ids=["refused", "internal error", "unknown"]
)
def test_one_stream_is_reset(run, connected, code, unseen):
    def answer(connection, request):
        if request.headers[":path"] == "/bad":
            connection.h2.reset_stream(request.id, code)
        else:
            connection.respond(request, b"ok")

    async def main():
        recorder = Recorder(["/a", "/bad", "/c"])
        async with connected(Http2Peer(answer), recorder):
            await recorder.until(lambda: ("ended", "/c") in recorder.told and recorder.failures)
            return recorder

    recorder = run(main())
    failure, seen, _ = recorder.failures["/bad"]
    assert (failure.reason, failure.phase, seen) == (Reason.PROTOCOL, Phase.FIRST_BYTE, unseen)
    assert recorder.bodies == {"/a": b"ok", "/c": b"ok"}


def test_a_request_that_is_given_up(run, connected):
    def answer(connection, request):
        if request.headers[":path"] != "/slow":
            connection.respond(request, b"ok")

    async def main():
        peer, recorder = Http2Peer(answer), Recorder()
        async with connected(peer, recorder):
            stream = recorder.request(fields("/slow"), owner="/slow")
            await peer.until(lambda: peer.requests)
            recorder.cancel(stream)
            recorder.cancel(stream)
            recorder.request(fields("/a"), owner="/a")
            await recorder.until(lambda: ("ended", "/a") in recorder.told)
            late = recorder.request(fields("/slow"), owner="/slow")
            recorder.time_out(late, 1.5)
            await peer.until(lambda: peer.requests[-1].reset is not None)
            return recorder, [request.reset for request in peer.requests]

    recorder, resets = run(main())
    assert resets == [8, None, 8]
    assert recorder.told == [(200, "/a"), ("ended", "/a"), ("failed", "/slow")]
    assert str(recorder.failures["/slow"][0]) == "timed out after 1.5s while waiting for the first byte"


def test_an_answer_before_the_end_of_the_request(run, connected):
    async def main():
        recorder = Recorder(["/a"], b"x" * 1000)
        async with connected(EarlyPeer(b"enough"), recorder):
            await recorder.until(lambda: ("ended", "/a") in recorder.told)
            return recorder

    recorder = run(main())
    assert recorder.told == [(413, "/a"), ("ended", "/a")]
    assert not recorder.busy


class EarlyPeer:
    """Answers as soon as a request begins, whose body it takes no more of than ten octets."""

    def __init__(self, body):
        self.body = body

    async def __call__(self, reader, writer):
        connection = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        connection.initiate_connection()
        connection.update_settings({SettingCodes.INITIAL_WINDOW_SIZE: 10})
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived):
                    connection.send_headers(event.stream_id, [(":status", "413")])
                    connection.send_data(event.stream_id, self.body, end_stream=True)
            writer.write(connection.data_to_send())


def raw(data):
    async def handle(reader, writer):
        await reader.read(1000)
        writer.write(data)
        writer.write_eof()
        await reader.read()

    return handle


SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        pytest.param(b"", Reason.CLOSED, "closed the connection before its response", id="nothing"),
        pytest.param(SETTINGS, Reason.CLOSED, "closed the connection before its response", id="settings only"),
        pytest.param(b"HTTP/1.1 400 Bad\r\n\r\n", Reason.PROTOCOL, "does not speak HTTP/2 here.*HTTP/1.1 400", id="h1"),
        pytest.param(b"SSH-2.0-x\r\n", Reason.PROTOCOL, "does not speak HTTP/2 here; it sent", id="another protocol"),
        pytest.param(
            SETTINGS + b"\x00\x00\x01\x00\x00\x00\x00\x00\x00x",
            Reason.PROTOCOL,
            "not valid HTTP/2",
            id="data on no stream",
        ),
        pytest.param(
            SETTINGS + b"\x00\x00\x01\x00\x00\x00\x00\x00\x09x",
            Reason.PROTOCOL,
            "not valid HTTP/2",
            id="an idle stream",
        ),
    ],
)
def test_servers_that_are_none(run, connected, data, reason, words):
    async def main():
        recorder = Recorder(["/a"])
        async with connected(raw(data), recorder):
            await recorder.until(lambda: recorder.ended)
            return recorder

    recorder = run(main())
    failure, unseen, outdated = recorder.failures["/a"]
    assert (failure.reason, failure.phase, unseen, outdated) == (reason, Phase.FIRST_BYTE, False, False)
    assert re.search(words, str(failure))
    assert recorder.closed
    assert not recorder.free


def test_a_connection_that_ends_after_it_served(run, connected):
    def answer(connection, request):
        if request.headers[":path"] == "/last":
            connection.writer.close()
            connection.over = True
        else:
            connection.respond(request, b"ok")

    async def main():
        recorder = Recorder(["/a"])
        async with connected(Http2Peer(answer), recorder):
            await recorder.until(lambda: ("ended", "/a") in recorder.told)
            recorder.request(fields("/last"), owner="/last")
            await recorder.until(lambda: recorder.ended)
            return recorder.failures["/last"][1:]

    assert run(main()) == (False, True)


class Sink(asyncio.Transport):
    """Takes what is written."""

    def __init__(self):
        super().__init__()
        self.written = b""

    def write(self, data):
        self.written += data

    def close(self):
        pass

    abort = close


@given(cuts=st.lists(st.integers(1, 60), max_size=30))
def test_however_the_bytes_are_cut(cuts):
    """What is told does not depend on how the bytes arrive."""
    targets = ["/a", "/b", "/c"]
    server = H2Connection(H2Configuration(client_side=False))
    server.initiate_connection()

    async def main():
        recorder = Recorder()
        recorder.connection_made(Sink())
        recorder.data_received(server.data_to_send())
        streams = [recorder.request(fields(target), owner=target) for target in targets]
        rest = b"".join([answer_frames(stream.id) for stream in streams])
        for cut in cuts:
            if rest:
                recorder.data_received(rest[:cut])
            rest = rest[cut:]
        if rest:
            recorder.data_received(rest)
        return recorder

    recorder = asyncio.run(main())
    assert recorder.told == [(what, target) for target in targets for what in (200, "ended")]
    assert recorder.bodies == dict.fromkeys(targets, b"late")
