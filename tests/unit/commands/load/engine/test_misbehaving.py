"""Servers that do not do as HTTP has it: each failure is counted in its class, and nothing hangs or is confused."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct

import pytest
import trustme

from wherry.commands.load.record import ErrorClass
from wherry.core.network import NetworkSettings

from .conftest import OK, drive, serving

REQUESTS = 6


def failures(told):
    return {(failure.kind, failure.words): failure.count for failure in told["failures"]}


def answering(*answers, then="close"):
    """Each connection gets one of ``answers`` after the other, to a request each; ``then`` close, reset or keep."""

    async def serve(server, reader, writer, _number):
        for answer in answers:
            await server.request(reader)
            writer.write(answer)
            await writer.drain()
        if then == "reset":
            writer.transport.abort()
        elif then == "keep":
            await reader.read()

    return serve


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
    b"3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 5\r\n\r\n"
)
GOOD = [
    pytest.param([OK], 2, id="closes without a word after each"),
    pytest.param([b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"], 2, id="says that it closes"),
    pytest.param([b"HTTP/1.1 200 OK\r\n\r\nuntil the end"], 13, id="body ends with the connection"),
    pytest.param([b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"], 2, id="HTTP/1.0"),
    pytest.param([CHUNKED, CHUNKED], 5, id="chunked with trailers"),
    pytest.param([b"HTTP/1.1 100 Continue\r\n\r\n" + OK], 2, id="100 before the answer"),
    pytest.param([b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + OK], 2, id="hints before the answer"),
    pytest.param([b"HTTP/1.1 204 No Content\r\n\r\n"], 0, id="no content"),
    pytest.param([b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nbogus"], 0, id="204 with a body"),
    pytest.param([OK + OK], 2, id="two answers to one request"),
    pytest.param([OK + b"garbage behind"], 2, id="garbage behind the answer"),
    pytest.param([b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nmore than that"], 3, id="body longer than announced"),
]


@pytest.mark.parametrize(("answers", "size"), GOOD)
def test_answers_that_are_whole_count_as_answered(run, answers, size):
    async def main():
        async with serving(answering(*answers)) as (_, url):
            return await drive(url, requests=REQUESTS, connections=2)

    told = run(main)
    assert (told["answered"], told["failed"], told["bytes_in"]) == (REQUESTS, 0, REQUESTS * size)
    assert told["connections"] >= REQUESTS / 2


BAD = [
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "close", ErrorClass.CLOSED, id="body cut off"),
    pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", "reset", ErrorClass.CLOSED, id="end mid-body"),
    pytest.param(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "close", ErrorClass.CLOSED, id="chunk cut off"
    ),
    pytest.param(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "keep", ErrorClass.PROTOCOL, id="no chunk"
    ),
    pytest.param(b"", "close", ErrorClass.CLOSED, id="nothing at all"),
    pytest.param(b"HTTP/1.1 20", "close", ErrorClass.CLOSED, id="head cut off"),
    pytest.param(b"garbage\r\n\r\n", "keep", ErrorClass.PROTOCOL, id="garbage"),
    pytest.param(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "keep", ErrorClass.PROTOCOL, id="upgrade"),
    pytest.param(
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "keep", ErrorClass.PROTOCOL,
        id="two lengths",
    ),
    pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 300_000, "keep", ErrorClass.PROTOCOL, id="head without end"),
    pytest.param(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "keep", ErrorClass.STATUS, id="503"),
]  # fmt: skip


@pytest.mark.parametrize(("answer", "then", "kind"), BAD)
def test_each_failure_is_counted_in_its_class(run, answer, then, kind):
    async def main():
        async with serving(answering(answer, then=then)) as (_, url):
            return await drive(url, requests=REQUESTS, connections=2, timeout_s=60.0, keepalive=False)

    told = run(main)
    assert (told["answered"], told["failed"]) == (0, REQUESTS)
    assert {failure.kind for failure in told["failures"]} == {kind}
    assert told["statuses"] == ({503: REQUESTS} if kind is ErrorClass.STATUS else {})


def test_a_reset_is_a_reset(run):
    async def serve(server, reader, writer, _number):
        await server.request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok")
        await writer.drain()
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def main():
        async with serving(serve) as (_, url):
            return await drive(url, requests=REQUESTS)

    told = run(main)
    assert {failure.kind for failure in told["failures"]} == {ErrorClass.RESET}
    assert told["failed"] == REQUESTS


def test_a_head_that_comes_too_slowly_is_a_time_out(run):
    """A byte now and then keeps no request alive: its time is up all the same."""

    async def serve(server, reader, writer, _number):
        await server.request(reader)
        for byte in OK * 1000:
            writer.write(bytes([byte]))
            await asyncio.sleep(0.005)

    async def main():
        async with serving(serve) as (_, url):
            return await drive(url, requests=3, connections=3, timeout_s=0.05)

    told = run(main)
    assert [(failure.kind, failure.count) for failure in told["failures"]] == [(ErrorClass.TIMEOUT, 3)]


def test_answers_are_told_apart_however_they_are_cut(run):
    """A kept connection whose answers alternate, in pieces of one byte: each is counted as what it is."""
    answers = [OK, b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone", CHUNKED, OK, OK]

    async def serve(server, reader, writer, _number):
        for number in range(1000):
            await server.request(reader)
            answer = answers[number % len(answers)]
            if number % 2:
                writer.write(answer)
                await writer.drain()
            else:
                for byte in answer:
                    writer.write(bytes([byte]))
                    await writer.drain()

    async def main():
        async with serving(serve) as (_, url):
            return await drive(url, requests=100)

    told = run(main)
    assert told["statuses"] == {200: 80, 404: 20}
    assert (told["answered"], told["failed"], told["connections"], told["reused"]) == (80, 20, 1, 99)
    assert told["bytes_in"] == 20 * (2 + 4 + 5 + 2 + 2)


def test_a_kept_connection_that_was_just_closed_is_no_failure(run):
    """The server closes each after three answers, when the next request is on its way."""

    async def serve(server, reader, writer, _number):
        for _ in range(3):
            await server.request(reader)
            writer.write(OK)
        await server.request(reader)

    async def main():
        async with serving(serve) as (server, url):
            return server, await drive(url, requests=12)

    server, told = run(main)
    assert (told["sent"], told["answered"], told["retried"], told["connections"]) == (12, 12, 3, 4)
    assert len(server.seen) == 15


def test_what_may_not_be_sent_twice_is_not(run):
    async def main():
        async with serving(answering(OK, b"")) as (server, url):
            return server, await drive(url, requests=4, method="POST")

    server, told = run(main)
    assert (told["answered"], told["failed"], told["retried"], len(server.seen)) == (2, 2, 0, 4)


@pytest.mark.parametrize("says_goodbye", [True, False])
def test_tls_that_ends_without_goodbye(run, says_goodbye):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def serve(server, reader, writer, _number):
        await server.request(reader)
        writer.write(OK)
        await writer.drain()
        if not says_goodbye:
            writer.transport.abort()

    async def main():
        with authority.cert_pem.tempfile() as path:
            async with serving(serve, ssl=context) as (_, url):
                network = NetworkSettings(trust_env=False, cacert=path)
                return await drive(url, requests=3, network=network)

    told = run(main)
    assert (told["answered"], told["failed"], told["connections"]) == (3, 0, 3)
    assert {"connect", "tls", "first byte"} <= set(told["phases"])


def test_a_certificate_that_is_not_trusted_is_a_failure_of_tls(run):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    async def main():
        async with serving(answering(OK), ssl=context) as (_, url):
            return await drive(url, requests=2)

    told = run(main)
    assert [(failure.kind, failure.count) for failure in told["failures"]] == [(ErrorClass.TLS, 2)]


def test_nobody_listens(run, closed_port):
    async def main():
        return await drive(f"http://{closed_port}/", requests=3, connections=3)

    told = run(main)
    assert [(failure.kind, failure.count) for failure in told["failures"]] == [(ErrorClass.CONNECT, 3)]
