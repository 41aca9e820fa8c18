"""Servers that misbehave, over real sockets: each is put in its class, and no answer is taken for another's.

Each is asked twice: over bare connections, as load does, and by the client of the other commands. What comes to the
second request is always from the honest half of the server, over the same connection where that could be kept, else
over another.
"""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import time

import pytest

from wherry.core.trace import Phase, Trace
from wherry.net.failure import NetFailure, Reason
from wherry.net.h1.client.connection import ClientConnection
from wherry.net.h1.client.opening import Origin, open_connection
from wherry.net.http import Client, Request

OK = b"HTTP/1.1 200 OK\r\n"
TWO = OK + b"Content-Length: 2\r\n\r\nok"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
HONEST = b"HTTP/1.1 299 Honest\r\nContent-Length: 6\r\n\r\nhonest"
SETTINGS = b"\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64"
BEGINNING, BODY = Phase.FIRST_BYTE, Phase.TRANSFER


class Caller(ClientConnection):
    """A response as a future."""

    def ask(self, data, *, head=False):
        self.answer = asyncio.get_running_loop().create_future()
        self.send(data, head=head)
        return self.answer

    def response_ended(self):
        self.answer.set_result(self.status)

    def response_failed(self, failure):
        self.answer.set_exception(failure)


async def opened(network, port, *, tls=False):
    return await open_connection(network, Origin(tls, "localhost", port), Trace(time.monotonic), lambda _: Caller())


async def by_connections(network, port, method, *, tls=False):
    """What two requests came to, as load would send them: a connection that was kept and is dead is no failure."""
    outcomes = []
    caller = None
    request = method.encode() + b" / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    try:
        while len(outcomes) < 2:
            if caller is None or caller.closed:
                caller = await opened(network, port, tls=tls)
            try:
                outcomes.append(await caller.ask(request, head=method == "HEAD"))
            except NetFailure as exc:
                if not caller.outdated:
                    outcomes.append((exc.reason, exc.phase))
            if not caller.reusable:
                caller.abort()
    finally:
        caller.abort()
    return outcomes


async def by_client(network, port, method, *, tls=False):
    """The same by the client with its pool."""
    outcomes = []
    url = f"{'https' if tls else 'http'}://localhost:{port}/"
    async with Client(network) as client:
        while len(outcomes) < 2:
            try:
                async with client.send(Request(method, url), Trace(time.monotonic)) as response:
                    await response.read(10_000_000)
                    outcomes.append(response.status)
            except NetFailure as exc:
                assert "\n" not in str(exc)
                outcomes.append((exc.reason, exc.phase))
    return outcomes


def misbehaving(answer, then, connections):
    """Answers the first request with ``answer``, in pieces if it is a list, and does what ``then`` says."""

    async def handle(reader, writer):
        connections.append(1)
        if len(connections) == 1:
            await reader.readuntil(b"\r\n\r\n")
            for piece in answer if isinstance(answer, list) else [answer]:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            if then == "close":
                return
            if then == "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
                return
        while True:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(HONEST)
            await writer.drain()

    return handle


def bytewise(data):
    return [data[at : at + 1] for at in range(len(data))]


@pytest.mark.parametrize("asking", [by_connections, by_client])
@pytest.mark.parametrize(
    ("method", "answer", "then", "expected", "connections"),
    [
        pytest.param("GET", TWO, "keep", 200, 1, id="honest"),
        pytest.param("GET", TWO, "close", 200, 2, id="close after the response, without a word"),
        pytest.param("GET", TWO, "reset", 200, 2, id="reset after the response"),
        pytest.param("GET", OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nok", "keep", 200, 2, id="close"),
        pytest.param("GET", b"", "close", (Reason.CLOSED, BEGINNING), 2, id="nothing"),
        pytest.param("GET", b"", "reset", (Reason.RESET, BEGINNING), 2, id="reset"),
        pytest.param("GET", OK + b"Content-Le", "close", (Reason.CLOSED, BEGINNING), 2, id="half a head"),
        pytest.param("GET", OK + b"Content-Length: 9\r\n\r\nabc", "close", (Reason.CLOSED, BODY), 2, id="short"),
        pytest.param("GET", [OK + b"Content-Length: 9\r\n\r\nabc"], "reset", (Reason.RESET, BODY), 2, id="reset body"),
        pytest.param("GET", OK + b"Content-Length: 1\r\n\r\nabc", "keep", 200, 2, id="long"),
        pytest.param("GET", OK + b"\r\nabc", "close", 200, 2, id="until close"),
        pytest.param("GET", bytewise(TWO), "keep", 200, 1, id="slow"),
        pytest.param("GET", bytewise(CHUNKED + b"2\r\nok\r\n0\r\n\r\n"), "keep", 200, 1, id="slow chunks"),
        pytest.param("GET", b"HTTP/1.1 100 C\r\n\r\n" + TWO, "keep", 200, 1, id="100 that nobody asked for"),
        pytest.param("GET", [b"HTTP/1.1 103 H\r\nA: b\r\n\r\n"] * 16 + [TWO], "keep", 200, 1, id="16 hints"),
        pytest.param(
            "GET", b"HTTP/1.1 100 C\r\n\r\n" * 99, "keep", (Reason.PROTOCOL, BEGINNING), 2, id="a flood of 100"
        ),
        pytest.param("GET", b"HTTP/1.1 204 N\r\nContent-Length: 2\r\n\r\nok", "keep", 204, 2, id="204 with a body"),
        pytest.param("GET", b"HTTP/1.1 304 N\r\nContent-Length: 2\r\n\r\n", "keep", 304, 1, id="304 with a length"),
        pytest.param("HEAD", TWO, "keep", 200, 2, id="HEAD with a body"),
        pytest.param("HEAD", OK + b"Content-Length: 2\r\n\r\n", "keep", 200, 1, id="HEAD"),
        pytest.param("GET", CHUNKED + b"2;a\r\nok\r\n0\r\nA: b\r\n\r\n", "keep", 200, 1, id="trailers"),
        pytest.param("GET", CHUNKED + b"0\r\n" + b"A: b\r\n" * 90_000, "keep", (Reason.PROTOCOL, BODY), 2, id="tail"),
        pytest.param("GET", CHUNKED + b"zz\r\n", "keep", (Reason.PROTOCOL, BODY), 2, id="bad chunk"),
        pytest.param("GET", CHUNKED + b"F" * 20 + b"\r\n", "keep", (Reason.PROTOCOL, BODY), 2, id="chunk overflow"),
        pytest.param("GET", CHUNKED + b"2\r\nokay\r\n", "keep", (Reason.PROTOCOL, BODY), 2, id="long chunk"),
        pytest.param("GET", CHUNKED + b"2\r\nok\r\n", "close", (Reason.CLOSED, BODY), 2, id="no last chunk"),
        pytest.param("GET", b"<html>hello</html>", "close", (Reason.PROTOCOL, BEGINNING), 2, id="a bare page"),
        pytest.param("GET", bytes(range(256)), "keep", (Reason.PROTOCOL, BEGINNING), 2, id="garbage"),
        pytest.param("GET", SETTINGS, "keep", (Reason.PROTOCOL, BEGINNING), 2, id="HTTP/2"),
        pytest.param("GET", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "keep", (Reason.PROTOCOL, BEGINNING), 2, id="preface"),
        pytest.param("GET", b"HTTP/2.0 200 OK\r\n\r\n", "keep", (Reason.PROTOCOL, BEGINNING), 2, id="HTTP/2.0"),
        pytest.param("GET", b"RTSP/1.0 200 OK\r\n\r\n", "keep", (Reason.PROTOCOL, BEGINNING), 2, id="RTSP"),
        pytest.param("GET", b"HTTP/1.1 000 OK\r\n\r\n", "keep", (Reason.PROTOCOL, BEGINNING), 2, id="status 000"),
        pytest.param("GET", b"HTTP/1.1 101 S\r\n\r\n", "keep", (Reason.PROTOCOL, BEGINNING), 2, id="101"),
        pytest.param(
            "GET", b"HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n\x81\x00", "keep",
            (Reason.PROTOCOL, BEGINNING), 2, id="upgrade",
        ),
        pytest.param(
            "GET", OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "keep",
            (Reason.PROTOCOL, BEGINNING), 2, id="two framings",
        ),
        pytest.param(
            "GET", OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nokk", "keep", (Reason.PROTOCOL, BEGINNING), 2,
            id="two lengths",
        ),
        pytest.param("GET", TWO + TWO, "keep", 200, 2, id="two responses at once"),
        pytest.param("GET", OK + b"X: y\r\n" * 50_000, "keep", (Reason.PROTOCOL, BEGINNING), 2, id="endless head"),
        pytest.param("GET", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "keep", 200, 2, id="1.0"),
        pytest.param(
            "GET", b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", "keep", 200, 1,
            id="1.0 kept",
        ),
    ],
)  # fmt: skip
def test_each_in_its_class(run, serve, network, asking, method, answer, then, expected, connections):
    found = []

    async def main():
        async with serve(misbehaving(answer, then, found)) as port:
            return await asking(network(), port, method)

    first, second = run(main())
    # To a HEAD the honest half sends a body, which it must not: no third request would meet it.
    assert (first, second) == (expected, 299)
    assert len(found) == connections


async def until_closed(caller):
    while not caller.closed:
        await asyncio.sleep(0)


@pytest.mark.parametrize("unasked", [b"x", TWO], ids=["a byte", "a response"])
def test_an_answer_before_the_question(run, serve, network, unasked):
    async def handle(reader, writer):
        writer.write(unasked)
        await reader.read()

    async def main():
        async with serve(handle) as port:
            try:
                caller = await opened(network(), port)
            except NetFailure as exc:
                return exc.reason
            await until_closed(caller)
            with pytest.raises(RuntimeError, match="not open"):
                caller.ask(b"GET / HTTP/1.1\r\n\r\n")
            return Reason.CLOSED

    assert run(main()) is Reason.CLOSED


@pytest.mark.parametrize("then", [b"", b"x", HONEST], ids=["closes", "says something", "answers once more"])
def test_a_server_that_does_something_to_an_idle_connection(run, serve, network, then):
    async def main():
        idle = asyncio.Event()

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(TWO)
            await idle.wait()
            if then:
                writer.write(then)
                await reader.read()

        async with serve(handle) as port:
            caller = await opened(network(), port)
            status = await caller.ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            assert caller.reusable
            idle.set()
            await until_closed(caller)
            return status, caller.reusable, caller.status

    assert run(main()) == (200, False, 200)


@pytest.mark.parametrize("asking", [by_connections, by_client])
@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(TWO, 200, id="by length"),
        pytest.param(CHUNKED + b"2\r\nok\r\n0\r\n\r\n", 200, id="chunked"),
        pytest.param(OK + b"\r\nok", (Reason.CLOSED, BODY), id="until close"),
        pytest.param(OK + b"Content-Length: 9\r\n\r\nok", (Reason.CLOSED, BODY), id="short"),
        pytest.param(b"", (Reason.CLOSED, BEGINNING), id="nothing"),
        pytest.param(OK, (Reason.CLOSED, BEGINNING), id="half a head"),
    ],
)
@pytest.mark.parametrize("notified", [False, True], ids=["just hangs up", "says so"])
def test_the_end_of_tls(run, serve, network, certificates, asking, answer, expected, notified):
    """A server that hangs up without close_notify may have been cut off by somebody else."""
    found = []

    async def handle(reader, writer):
        found.append(1)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer if len(found) == 1 else HONEST)
        await writer.drain()
        if not notified:
            # The transport would say goodbye; its socket does not.
            with socket.socket(fileno=os.dup(writer.get_extra_info("socket").fileno())) as same:
                same.shutdown(socket.SHUT_WR)
            await reader.read()

    async def main():
        async with serve(handle, certificates.server.server()) as port:
            return await asking(network(cacert=str(certificates.ca)), port, "GET", tls=True)

    if notified and answer == OK + b"\r\nok":
        expected = 200
    assert run(main()) == [expected, 299]


def test_an_alert_in_the_middle_of_a_response(run, network, certificates):
    """What OpenSSL says of a broken record is what the failure says."""

    async def main():
        loop = asyncio.get_running_loop()
        listener = socket.create_server(("127.0.0.1", 0))
        listener.setblocking(False)

        async def spoil():
            raw, _ = await loop.sock_accept(listener)
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            session = certificates.server.server().wrap_bio(incoming, outgoing, server_side=True)
            done = False
            while True:
                try:
                    if not done:
                        session.do_handshake()
                        done = True
                    session.read(1000)
                    break
                except ssl.SSLWantReadError:
                    if outgoing.pending:
                        await loop.sock_sendall(raw, outgoing.read())
                    incoming.write(await loop.sock_recv(raw, 65536))
            session.write(OK)
            good = outgoing.read()
            await loop.sock_sendall(raw, good + good)  # a record that was there before
            while await loop.sock_recv(raw, 65536):
                pass
            raw.close()

        server = asyncio.ensure_future(spoil())
        with listener:
            caller = await opened(network(cacert=str(certificates.ca)), listener.getsockname()[1], tls=True)
            with pytest.raises(NetFailure) as caught:
                await caller.ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            await server
        return caught.value

    failure = run(main())
    assert failure.reason is Reason.TLS
    assert "bad record mac" in str(failure)
