"""Asking a name server that answers, lies, stays silent or is not there."""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import asynccontextmanager

import pytest

from wherry.net import dns
from wherry.net.address import Address
from wherry.net.dns import query, resolve, system_servers
from wherry.net.failure import NetFailure, Reason


def reply(message, *addresses, flags=0x8180):
    """The reply to a question for A records."""
    end = message.index(b"\0", 12) + 5
    header = message[:2] + struct.pack("!5H", flags, 1, len(addresses), 0, 0)
    records = (b"\xc0\x0c" + struct.pack("!2HIH", 1, 1, 60, 4) + socket.inet_aton(a) for a in addresses)
    return header + message[12:end] + b"".join(records)


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, answer):
        self.answer = answer

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        for message in self.answer(data):
            self.transport.sendto(message, peer)


@asynccontextmanager
async def name_server(answer, over_tcp=None, cut=0):
    """Answers datagrams with ``answer(message)``, connections with ``over_tcp(message)`` that lacks ``cut`` bytes."""

    async def connected(reader, writer):
        length = int.from_bytes(await reader.readexactly(2), "big")
        message = over_tcp(await reader.readexactly(length))
        writer.write((len(message) + cut).to_bytes(2, "big") + message)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: Datagrams(answer), local_addr=("127.0.0.1", port))
    try:
        yield Address("127.0.0.1", port)
    finally:
        transport.close()
        server.close()
        await asyncio.sleep(0)


async def ask(answer, over_tcp=None, cut=0):
    async with name_server(answer, over_tcp, cut) as server:
        return await query("a.example", "A", server)


def stray(message):
    return bytes([message[0] ^ 1]) + message[1:]


def test_an_answer(run):
    assert run(ask(lambda m: [reply(m, "10.0.0.1", "10.0.0.2")])) == ("10.0.0.1", "10.0.0.2")


def test_what_others_send_is_passed_over(run):
    answers = run(ask(lambda m: [b"x", stray(reply(m, "10.6.6.6")), reply(m, "10.0.0.1")]))
    assert answers == ("10.0.0.1",)


def test_a_truncated_answer_comes_over_tcp(run):
    answers = run(ask(lambda m: [reply(m, flags=0x8380)], lambda m: reply(m, "10.0.0.1")))
    assert answers == ("10.0.0.1",)


def test_a_connection_that_ends_too_early(run):
    with pytest.raises(NetFailure, match=r"name server .*: the peer closed the connection") as caught:
        run(ask(lambda m: [reply(m, flags=0x8380)], lambda m: reply(m, "10.0.0.1"), cut=9))
    assert caught.value.reason is Reason.DNS


def test_a_lost_datagram_is_sent_again(run, monkeypatch):
    monkeypatch.setattr(dns, "_PATIENCE_S", (0.01, 5.0))
    seen = []

    def answer(message):
        seen.append(message)
        return [reply(message, "10.0.0.1")] if len(seen) > 1 else []

    assert run(ask(answer)) == ("10.0.0.1",)
    assert seen[0] == seen[1]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        pytest.param(0x8183, r"no such name: a.example \(NXDOMAIN\)", id="NXDOMAIN"),
        pytest.param(0x8182, "name server 127.0.0.1:[0-9]+: SERVFAIL", id="SERVFAIL"),
        pytest.param(0x8185, "REFUSED", id="REFUSED"),
        pytest.param(0x8180, "a.example has no A record", id="no record"),
    ],
)
def test_an_answer_that_is_none(run, flags, words):
    with pytest.raises(NetFailure, match=words) as caught:
        run(ask(lambda m: [reply(m, flags=flags)]))
    assert caught.value.reason is Reason.DNS


def test_silence(run, monkeypatch):
    monkeypatch.setattr(dns, "_PATIENCE_S", (0.01, 0.01))
    with pytest.raises(NetFailure, match="no answer after 2 tries"):
        run(ask(lambda m: []))
    with pytest.raises(NetFailure, match=r"not a DNS reply|ends too early"):
        run(ask(lambda m: [b"SSH"]))


def test_nobody_there(run):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(NetFailure, match=f"name server 127.0.0.1:{port}: connection refused") as caught:
        run(query("a.example", "A", Address("127.0.0.1", port)))
    assert caught.value.reason is Reason.DNS


def test_the_system_s_servers(run, monkeypatch, tmp_path):
    path = tmp_path / "resolv.conf"
    path.write_text("# x\nnameserver 10.0.0.1\nsearch a.example\nnameserver fe80::1%eth0\nnameserver\nnameserver x\n")
    assert system_servers(path) == [Address("10.0.0.1", 53), Address("fe80::1", 53)]
    assert system_servers(tmp_path / "missing") == []
    monkeypatch.setattr(dns, "system_servers", list)
    with pytest.raises(NetFailure, match="no name server is known here") as caught:
        run(query("a.example", "MX"))
    assert caught.value.broken


def test_the_next_server_is_asked(run, monkeypatch):
    async def main():
        async with name_server(lambda m: [reply(m, "10.0.0.1")]) as server:
            monkeypatch.setattr(dns, "system_servers", lambda: [Address("127.0.0.1", 1), server])
            return await query("a.example", "A")

    assert run(main()) == ("10.0.0.1",)


def test_resolve_asks_the_system(run):
    assert Address("127.0.0.1", 7) in run(resolve("localhost", 7))
