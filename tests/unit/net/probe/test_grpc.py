from __future__ import annotations

import asyncio
import ssl
from contextlib import suppress

import h2.config
import h2.connection
import h2.events
import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.outcome import Outcome
from wherry.core.wire.talk import NotThisProtocol
from wherry.net.failure import NetFailure, Reason
from wherry.net.probe.grpc import Check

HEADERS = [(":status", "200"), ("content-type", "application/grpc")]
SERVING = b"\0\0\0\0\2\x08\1"


def grpc_server(respond, asked=None):
    """A server that calls ``respond(connection, stream_id)`` for each whole call."""

    async def handler(reader, writer):
        http2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        http2.initiate_connection()
        writer.write(http2.data_to_send())
        while data := await reader.read(65536):
            for event in http2.receive_data(data):
                if asked is not None and isinstance(event, (h2.events.RequestReceived, h2.events.DataReceived)):
                    asked.append(event)
                if isinstance(event, h2.events.StreamEnded):
                    respond(http2, event.stream_id)
            writer.write(http2.data_to_send())

    return handler


def serving(http2, stream_id):
    http2.send_headers(stream_id, HEADERS)
    http2.send_data(stream_id, SERVING)
    http2.send_headers(stream_id, [("grpc-status", "0")], end_stream=True)


def seen(look_at, served, handler, *expectations, path="", **settings):
    async def scenario():
        async with served(handler) as port:
            return await look_at(f"grpc://127.0.0.1:{port}{path}", *expectations, **settings)

    return asyncio.run(scenario())


def test_serving(look_at, served):
    asked = []
    found = seen(look_at, served, grpc_server(serving, asked), "words=SERVING", path="/pkg.Service")
    assert (found.outcome, found.words, found.facts["ip"]) == (Outcome.MET, "SERVING", "127.0.0.1")
    headers = dict(asked[0].headers)
    assert headers[":path"] == "/grpc.health.v1.Health/Check"
    assert (headers[":method"], headers["te"], headers["content-type"]) == ("POST", "trailers", "application/grpc")
    assert asked[1].data == b"\0\0\0\0\x0d\x0a\x0bpkg.Service"


def not_found(http2, stream_id):
    ended = [("grpc-status", "5"), ("grpc-message", "unknown%20service")]
    http2.send_headers(stream_id, HEADERS + ended, end_stream=True)


def going_away(http2, stream_id):
    http2.close_connection(error_code=11, additional_data=b"too_many_pings", last_stream_id=0)


def going_away_later(http2, stream_id):
    http2.close_connection(last_stream_id=stream_id)


def reset(http2, stream_id):
    http2.reset_stream(stream_id, error_code=7)


def a_web_page(http2, stream_id):
    http2.send_headers(stream_id, [(":status", "404"), ("content-type", "text/html")])
    http2.send_data(stream_id, b"<h1>Not Found</h1>", end_stream=True)


def endless(http2, stream_id):
    http2.send_headers(stream_id, HEADERS)
    for _ in range(5):
        http2.send_data(stream_id, b"x" * 13_100)


@pytest.mark.parametrize(
    "respond, words, reason",
    [
        pytest.param(not_found, "does not know the service s (NOT_FOUND): unknown service", None, id="trailers only"),
        pytest.param(
            going_away, "the server is going away (ENHANCE_YOUR_CALM: too_many_pings)", Reason.CLOSED, id="GOAWAY"
        ),
        pytest.param(reset, "the server reset the call (REFUSED_STREAM)", Reason.RESET, id="RST_STREAM"),
        pytest.param(
            a_web_page, "not a gRPC server: it answered with HTTP status 404 and text/html", Reason.PROTOCOL, id="web"
        ),
        pytest.param(
            endless, "not a gRPC health service: its answer does not end", Reason.PROTOCOL, id="endless answer"
        ),
    ],
)
def test_not_serving(look_at, served, respond, words, reason):
    found = seen(look_at, served, grpc_server(respond), path="/s")
    assert (found.outcome, found.words, found.reason) == (Outcome.UNMET, words, reason)


def test_a_server_that_speaks_only_http_1(look_at, served):
    async def handler(reader, writer):
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        await reader.read()

    found = seen(look_at, served, handler)
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.PROTOCOL)
    assert found.words.startswith("not a gRPC server: it answered 'HTTP/1.1 400 Bad Request")


def test_closed(look_at, served):
    async def handler(reader, writer):
        await reader.read(1)
        writer.write_eof()
        await reader.read()

    found = seen(look_at, served, handler)
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.CLOSED)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, str(path)


@pytest.mark.parametrize("protocols, outcome", [(["h2"], Outcome.MET), ([], Outcome.UNMET)], ids=["h2", "no ALPN"])
def test_encrypted(look_at, served, authority, protocols, outcome):
    ca, path = authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    if protocols:
        context.set_alpn_protocols(protocols)

    async def scenario():
        async with served(grpc_server(serving), tls=context) as port:
            return await look_at(f"grpcs://127.0.0.1:{port}", cacert=path)

    found = asyncio.run(scenario())
    assert found.outcome is outcome
    if not protocols:
        assert (found.words, found.reason) == ("the server does not offer HTTP/2 (ALPN)", Reason.PROTOCOL)


def test_unix_socket(look_at, served, tmp_path):
    path, asked = str(tmp_path / "g.sock"), []

    async def scenario():
        async with served(grpc_server(serving, asked), path=path):
            return await look_at("grpc+unix://" + path.replace("/", "%2F"))

    assert asyncio.run(scenario()).outcome is Outcome.MET
    assert dict(asked[0].headers)[":authority"] == "localhost"


def server_half(respond) -> bytes:
    """What the server of a call sends in all."""
    http2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    http2.initiate_connection()
    http2.receive_data(Check("s", "http", "h:1").begin())
    respond(http2, 1)
    return http2.data_to_send()


def take_all(data: bytes, piece: int) -> Check:
    check = Check("s", "http", "h:1")
    check.begin()
    for at in range(0, len(data), piece):
        if check.answer is None:
            check.receive(data[at : at + piece])
    return check


@pytest.mark.parametrize("piece", [1, 7, 1 << 20])
def test_pieces_do_not_matter(piece):
    assert take_all(server_half(serving), piece).answer.words == "SERVING"


def test_goaway_that_lets_this_call_end():
    def respond(http2, stream_id):
        http2.send_headers(stream_id, HEADERS)
        http2.send_data(stream_id, SERVING)
        http2.send_headers(stream_id, [("grpc-status", "0")], end_stream=True)

    whole = server_half(respond)
    goaway = b"\0\0\x08\7\0\0\0\0\0" + b"\0\0\0\1" + b"\0\0\0\0"
    settings = whole[: 9 + int.from_bytes(whole[:3], "big")]
    assert take_all(settings + goaway + whole[len(settings) :], 1 << 20).answer.words == "SERVING"


@given(st.data())
def test_damaged_bytes(data):
    whole = bytearray(server_half(serving))
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + 1] = data.draw(st.binary(max_size=3))
        if not whole:
            return
    with suppress(NotThisProtocol, NetFailure):
        take_all(bytes(whole), data.draw(st.integers(1, 50)))


@given(st.binary(min_size=1, max_size=200), st.integers(1, 200))
def test_any_bytes(received, piece):
    with suppress(NotThisProtocol, NetFailure):
        take_all(received, piece)


def not_serving(http2, stream_id):
    http2.send_headers(stream_id, HEADERS)
    http2.send_data(stream_id, b"\0\0\0\0\2\x08\2")
    http2.send_headers(stream_id, [("grpc-status", "0")], end_stream=True)


@pytest.mark.parametrize(
    "respond, expectation, outcome",
    [
        pytest.param(serving, "grpc.status=0", Outcome.MET, id="serving"),
        pytest.param(serving, "grpc.serving=SERVING", Outcome.MET, id="serving, by name"),
        pytest.param(serving, "grpc.status=5", Outcome.UNMET, id="serving, where an error is wanted"),
        pytest.param(not_found, "grpc.status=5", Outcome.MET, id="an error that is wanted"),
        pytest.param(not_found, "grpc.status=0", Outcome.UNMET, id="an error that is not"),
        pytest.param(not_serving, "grpc.status=0", Outcome.UNMET, id="a call that ended well says it is not ready"),
        pytest.param(not_serving, "grpc.serving=NOT_SERVING", Outcome.MET, id="not ready, as is wanted"),
    ],
)
def test_conditions_on_the_call(look_at, served, respond, expectation, outcome):
    found = seen(look_at, served, grpc_server(respond), expectation)
    assert found.outcome is outcome, found.words
