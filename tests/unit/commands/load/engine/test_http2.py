"""HTTP/2: the same loops, on connections that carry one request at a time."""

from __future__ import annotations

import ssl
import sys
from pathlib import Path

import pytest
import trustme

sys.path.insert(0, str(Path(__file__).parents[3] / "net" / "h2"))

from http2_peer import Http2Peer, echo

from wherry.commands.load.options import Content
from wherry.commands.load.record import ErrorClass
from wherry.commands.load.schedule.rate import parse_rate
from wherry.core.network import NetworkSettings

from .conftest import drive, serving


def peer(answer, **how):
    http2 = Http2Peer(answer, **how)

    async def serve(_server, reader, writer, _number):
        await http2(reader, writer)

    return http2, serve


@pytest.mark.parametrize("rate", [None, "500/s"], ids=["closed", "open"])
def test_requests_are_answered(run, rate):
    async def main():
        http2, serve = peer(echo)
        async with serving(serve) as (_, url):
            given = {} if rate is None else {"rate": parse_rate(rate)}
            told = await drive(f"{url}path?q=1", requests=40, connections=3, http2=True, **given)
        return told, http2

    told, http2 = run(main)
    assert (told["sent"], told["answered"], told["statuses"]) == (40, 40, {200: 40})
    assert told["bytes_in"] == 40 * len("/path?q=1 ")
    assert told["wire_in"] > told["bytes_in"]
    assert (http2.connections, http2.busiest) == (told["connections"], 1)
    headers = http2.requests[0].headers
    assert (headers[":method"], headers[":path"], headers[":scheme"]) == ("GET", "/path?q=1", "http")
    assert "host" not in headers


def test_bodies_are_sent_and_answers_looked_at(run):
    async def main():
        _, serve = peer(echo)
        async with serving(serve) as (_, url):
            given = {"method": "POST", "content": Content("hello"), "http2": True, "requests": 5}
            right = await drive(url, expect=("body=/ hello",), **given)
            return right, await drive(url, expect=("body=/ hallo",), **given)

    right, wrong = run(main)
    assert (right["answered"], right["failed"]) == (5, 0)
    assert [(failure.kind, failure.count) for failure in wrong["failures"]] == [(ErrorClass.EXPECT, 5)]


def test_a_stream_that_is_reset_is_a_failure(run):
    def refuse(connection, request):
        connection.h2.reset_stream(request.id, 2)
        connection.under_way.pop(request.id)

    async def main():
        _, serve = peer(refuse)
        async with serving(serve) as (_, url):
            return await drive(url, requests=4, connections=2, http2=True)

    told = run(main)
    assert (told["answered"], told["failed"]) == (0, 4)
    assert {failure.kind for failure in told["failures"]} == {ErrorClass.PROTOCOL}
    assert told["connections"] == 4, "the next request does not share what is left of the connection"


def test_a_request_that_is_not_answered_is_a_time_out(run):
    async def main():
        _, serve = peer(lambda _connection, _request: None)
        async with serving(serve) as (_, url):
            return await drive(url, requests=2, connections=2, http2=True, timeout_s=0.05)

    told = run(main)
    assert [(failure.kind, failure.count) for failure in told["failures"]] == [(ErrorClass.TIMEOUT, 2)]


@pytest.mark.parametrize("speaks", [True, False])
def test_over_tls_the_server_must_choose_it(run, speaks):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    context.set_alpn_protocols(["h2"] if speaks else ["http/1.1"])

    async def main():
        _, serve = peer(echo)
        with authority.cert_pem.tempfile() as path:
            async with serving(serve, ssl=context) as (_, url):
                network = NetworkSettings(trust_env=False, cacert=path)
                return await drive(url, requests=3, http2=True, network=network)

    told = run(main)
    assert (told["answered"], told["failed"]) == ((3, 0) if speaks else (0, 3))
    assert {failure.kind for failure in told["failures"]} == (set() if speaks else {ErrorClass.PROTOCOL})
