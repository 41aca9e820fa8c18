"""Looks that send a call, over connections that are kept from look to look."""

from __future__ import annotations

import asyncio
import hashlib
import os
import time

import pytest

from wherry.core.call import HttpCall
from wherry.core.expect import parse
from wherry.core.network import NetworkSettings
from wherry.core.outcome import Outcome
from wherry.core.target import parse_target
from wherry.core.trace import Trace
from wherry.net.h1.client.pool import PoolLimits
from wherry.net.http import Client
from wherry.net.network import Network
from wherry.net.probe import look

OK = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"


def keeping(*answers: str, asked: list[bytes], connections: list[int]):
    """A server that gives ``answers`` in turn, the last for ever, as many on one connection as the client likes."""
    left = list(answers)

    async def handler(reader, writer):
        connections.append(1)
        while head := await _head(reader):
            length = next(
                (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")), 0
            )
            asked.append(head + await reader.readexactly(length))
            writer.write((left.pop(0) if len(left) > 1 else left[0]).encode())

    async def _head(reader):
        try:
            return await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""

    return handler


def looked(served, answers, paths, *expectations, call=None, body=False):
    """Look at each of ``paths`` with one client; what was found, what the server saw, how often it was connected to."""
    asked: list[bytes] = []
    connections: list[int] = []

    async def scenario():
        network = Network(NetworkSettings(trust_env=False), os.environ)
        found = []
        async with served(keeping(*answers, asked=asked, connections=connections)) as port, Client(network) as client:
            for path in paths:
                target = parse_target(f"http://user:pass@127.0.0.1:{port}{path}")
                conditions = [parse(one, kind=target.kind) for one in expectations]
                trace = Trace(time.monotonic)
                found.append(
                    await look(target, network, trace, conditions=conditions, call=call, client=client, body=body)
                )
        return found

    return asyncio.run(scenario()), asked, len(connections)


def test_method_headers_and_body_are_sent(served):
    call = HttpCall("PUT", (("X-A", "b"), ("Content-Type", "text/plain")), b"hello")
    [found], [seen], _ = looked(served, [OK], ["/a"], call=call)
    assert found.outcome is Outcome.MET
    assert seen.startswith(b"PUT /a HTTP/1.1\r\n")
    assert b"\r\nX-A: b\r\n" in seen
    assert b"\r\nContent-Length: 5\r\n" in seen
    assert seen.endswith(b"\r\n\r\nhello")


def test_a_post_without_a_body_says_so(served):
    _, [seen], _ = looked(served, [OK], ["/a"], call=HttpCall("POST"))
    assert b"\r\nContent-Length: 0\r\n" in seen


def test_an_authorization_of_its_own_beats_the_one_of_the_url(served):
    _, [seen], _ = looked(served, [OK], ["/a"], call=HttpCall(headers=(("authorization", "Bearer t"),)))
    assert seen.lower().count(b"authorization:") == 1
    assert b"Bearer t" in seen


def test_a_redirect_of_a_post(served):
    moved = "HTTP/1.1 {} Moved\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    _, asked, _ = looked(served, [moved.format(303), OK], ["/a"], call=HttpCall("POST", (), b"x"))
    assert asked[1].startswith(b"GET /b ")
    _, asked, _ = looked(served, [moved.format(307), OK], ["/a"], call=HttpCall("POST", (), b"x"))
    assert asked[1].startswith(b"POST /b ")
    assert asked[1].endswith(b"\r\n\r\nx")


def test_connections_are_kept_from_look_to_look(served):
    found, asked, connections = looked(served, [OK], ["/a", "/b", "/c"])
    assert [one.outcome for one in found] == [Outcome.MET] * 3
    assert (len(asked), connections) == (3, 1)


def test_a_large_body_that_nobody_looks_into_costs_the_connection(served):
    large = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x" * 1_000_000
    _, _, connections = looked(served, [large], ["/a", "/b"])
    assert connections == 2


def test_a_body_in_chunks_that_is_here_keeps_the_connection(served):
    chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
    _, asked, connections = looked(served, [chunked], ["/a", "/b"])
    assert (len(asked), connections) == (2, 1)


def test_one_that_does_not_end_is_not_waited_for(served):
    endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"
    found, _, connections = looked(served, [endless], ["/a", "/b"])
    assert [one.outcome for one in found] == [Outcome.MET] * 2
    assert connections == 2


def test_the_body_is_read_where_it_is_asked_for(served):
    [found], _, _ = looked(served, [OK], ["/a"], body=True)
    assert found.facts["body"] == b"body"
    [found], _, _ = looked(served, [OK], ["/a"])
    assert "body" not in found.facts


@pytest.mark.parametrize("others", [(), ("text=body",), ("size=4",)])
def test_sha256(served, others):
    digest = hashlib.sha256(b"body").hexdigest()
    [found], _, _ = looked(served, [OK], ["/a"], f"sha256={digest.upper()}", *others)
    assert found.outcome is Outcome.MET, found.words
    [found], _, _ = looked(served, [OK], ["/a"], f"sha256={digest[::-1]}", *others)
    assert [(one.subject, one.actual) for one in found.unmet] == [("sha256", f'"{digest}"')]


def test_what_is_unmet_stands_apart(served):
    [found], _, _ = looked(served, [OK], ["/a"], "text=other", "status=200", "header.x={exists: true}")
    assert [(one.subject, one.expected, one.actual) for one in found.unmet] == [
        ("text", '"other"', '"body"'),
        ("header.x", "something", "nothing"),
    ]
    assert found.words == "; ".join(one.words for one in found.unmet)


def test_so_many_connections_are_kept_and_no_more(served, monkeypatch):
    monkeypatch.setattr(PoolLimits, "idle", 2)
    ended: list[int] = []

    async def handler(reader, writer):
        while True:
            try:
                await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                ended.append(writer.get_extra_info("sockname")[1])
                return
            writer.write(OK.encode())

    async def scenario():
        network = Network(NetworkSettings(trust_env=False), os.environ)
        async with (
            served(handler) as one, served(handler) as two, served(handler) as three, Client(network) as client,
        ):  # fmt: skip
            for port in (one, two, three):
                target = parse_target(f"http://127.0.0.1:{port}/")
                await look(target, network, Trace(time.monotonic), client=client)
            while not ended:
                await asyncio.sleep(0)
            return ended[:], one

    closed, oldest = asyncio.run(scenario())
    assert closed == [oldest]
