"""HTTP/2, through httpx, over our own dialling."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived, StreamEnded

from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason, bounded
from wherry.net.http import Client, Request

HEADERS = [(":status", "200"), ("x-a", "1")]


def speaking(respond, seen=None):
    """An HTTP/2 server; ``respond(connection, stream_id)`` is called at the end of each request."""

    async def handle(reader, writer):
        connection = H2Connection(H2Configuration(client_side=False))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, RequestReceived) and seen is not None:
                    seen.append(dict(event.headers))
                elif isinstance(event, DataReceived):
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    if seen is not None:
                        seen.append(event.data)
                elif isinstance(event, StreamEnded) and respond(connection, event.stream_id):
                    writer.write(connection.data_to_send())
                    await writer.drain()
                    return
            writer.write(connection.data_to_send())
            await writer.drain()

    return handle


def answer(connection, stream_id):
    connection.send_headers(stream_id, HEADERS)
    connection.send_data(stream_id, b"hello", end_stream=True)


def half(connection, stream_id):
    connection.send_headers(stream_id, HEADERS)
    connection.send_data(stream_id, b"he")
    return True


def stream_reset(connection, stream_id):
    connection.reset_stream(stream_id, error_code=2)


def goaway(connection, stream_id):
    connection.close_connection(error_code=11)


def silence(connection, stream_id):
    pass


def hang_up(connection, stream_id):
    return True


class Body:
    length = 6

    async def chunks(self):
        yield b"abc"
        yield b"def"


@pytest.fixture
def tls(certificates):
    context = certificates.server.server()
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


async def fetch(net, port, trace, *, count=1, method="GET", body=None, scheme="https"):
    async with Client(net, http2=True) as client:
        for _ in range(count):
            request = Request(method, f"{scheme}://localhost:{port}/x?y", (("X-Mine", "1"),), body)
            async with client.send(request, trace) as response:
                data = await response.read(1000)
    return response, data


def test_a_response(run, serve, network, trace, certificates, tls):
    seen = []

    async def main():
        async with serve(speaking(answer, seen), tls) as port:
            return port, *await fetch(network(cacert=str(certificates.ca)), port, trace, count=2)

    port, response, data = run(main())
    assert (response.status, response.version, data) == (200, "2", b"hello")
    assert response.headers == [("x-a", "1")]
    assert response.ip == "127.0.0.1"
    assert "localhost" in response.cert["names"]
    assert len(seen) == 2
    assert seen[0][b":authority"] == f"localhost:{port}".encode()
    assert seen[0][b":path"] == b"/x?y"
    assert seen[0][b"x-mine"] == b"1"
    assert b"traceparent" in seen[0]
    assert {Phase.DNS, Phase.CONNECT, Phase.TLS, Phase.FIRST_BYTE, Phase.TRANSFER} <= set(trace.seconds)


def test_a_body(run, serve, network, trace, certificates, tls):
    seen = []

    async def main():
        async with serve(speaking(answer, seen), tls) as port:
            return await fetch(network(cacert=str(certificates.ca)), port, trace, method="POST", body=Body())

    run(main())
    assert seen[0][b"content-length"] == b"6"
    assert b"".join(part for part in seen[1:]) == b"abcdef"


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_http_1_where_the_server_speaks_no_other(run, serve, network, trace, certificates, scheme):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 Fine\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok")
        await writer.drain()
        await reader.read()

    async def main():
        async with serve(handle, certificates.server.server() if scheme == "https" else None) as port:
            return await fetch(network(cacert=str(certificates.ca)), port, trace, scheme=scheme)

    response, data = run(main())
    assert (response.version, response.reason, data) == ("1.1", "Fine", b"ok")


@pytest.mark.parametrize(
    ("respond", "reason", "words"),
    [
        pytest.param(half, Reason.CLOSED, "closed the connection", id="half a body"),
        pytest.param(hang_up, Reason.CLOSED, "closed the connection", id="no answer"),
        pytest.param(goaway, Reason.PROTOCOL, "ended the connection .HTTP/2 error", id="goaway"),
        pytest.param(stream_reset, Reason.PROTOCOL, "gave up the request .HTTP/2 error 2", id="stream reset"),
    ],
)
def test_servers_that_fail(run, serve, network, trace, certificates, tls, respond, reason, words):
    async def main():
        async with serve(speaking(respond), tls) as port:
            await fetch(network(cacert=str(certificates.ca)), port, trace)

    with pytest.raises(NetFailure, match=words) as caught:
        run(main())
    assert caught.value.reason is reason


def test_a_certificate_is_refused_in_the_same_words(run, serve, network, trace, certificates):
    context = certificates.wrong_name.server()
    context.set_alpn_protocols(["h2"])

    async def main():
        async with serve(speaking(answer), context) as port:
            await fetch(network(cacert=str(certificates.ca)), port, trace)

    with pytest.raises(NetFailure, match=r"the certificate is for other.example"):
        run(main())


def test_a_time_out(run, serve, network, trace, certificates, tls):
    async def main():
        soon = asyncio.get_running_loop().time() + 0.5
        async with serve(speaking(silence), tls) as port, bounded(soon, trace):
            await fetch(network(cacert=str(certificates.ca)), port, trace)

    with pytest.raises(NetFailure, match="while waiting for the first byte from localhost"):
        run(main())


def test_nobody_there(run, network, trace):
    with pytest.raises(NetFailure, match="connection refused") as caught:
        run(fetch(network(insecure=True), 1, trace))
    assert caught.value.reason is Reason.REFUSED


PROGRAM = """
import sys
from wherry.net.http import Client
from wherry.net.network import Network
from wherry.core.network import NetworkSettings
Client(Network(NetworkSettings(), {}), http2=%s)
print(*sorted(name for name in sys.modules if name in %r))
"""


@pytest.mark.parametrize(
    ("http2", "heavy", "loaded"),
    [
        pytest.param(False, {"httpx", "httpcore", "anyio", "h2", "email", "http.client", "certifi"}, [], id="HTTP/1.1"),
        pytest.param(True, {"rich", "pygments", "click", "httpcore", "anyio", "httpx"}, ["httpx"], id="HTTP/2"),
    ],
)
def test_what_a_client_loads(http2, heavy, loaded):
    """Starting a request must stay quick: what is loaded here, every `wherry request` waits for."""
    program = PROGRAM % (http2, heavy)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == loaded
