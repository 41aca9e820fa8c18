from __future__ import annotations

import asyncio
import struct
from contextlib import asynccontextmanager

import pytest

from wherry.core.outcome import Outcome
from wherry.net.failure import Reason

RECORDS = {
    ("a.test", 1): [bytes((192, 0, 2, 1)), bytes((192, 0, 2, 2))],
    ("a.test", 16): [b"\4v=1 ", b"\3two"],
    ("many.test", 1): [bytes((192, 0, 2, n)) for n in range(6)],
    ("empty.test", 1): [],
}


class Names(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += data[at] + 1
        (kind,) = struct.unpack_from("!H", data, at + 1)
        found = RECORDS.get((".".join(labels), kind))
        flags = 0x8183 if found is None else 0x8180
        reply = data[:2] + struct.pack("!5H", flags, 1, len(found or ()), 0, 0) + data[12 : at + 5]
        for record in found or ():
            reply += b"\xc0\x0c" + struct.pack("!2HIH", kind, 1, 60, len(record)) + record
        self.transport.sendto(reply, addr)


@asynccontextmanager
async def name_server():
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Names, local_addr=("127.0.0.1", 0))
    try:
        yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    finally:
        transport.close()


@pytest.mark.parametrize(
    "name, expectations, outcome, words",
    [
        pytest.param("a.test", [], Outcome.MET, "192.0.2.1, 192.0.2.2", id="addresses"),
        pytest.param(
            "a.test", ["answers={contains: 192.0.2.2}"], Outcome.MET, "192.0.2.1, 192.0.2.2", id="one of them"
        ),
        pytest.param("a.test", ["answers={length: 3}"], Outcome.UNMET, "answers: expected", id="how many"),
        pytest.param("many.test", [], Outcome.MET, "192.0.2.0, 192.0.2.1, 192.0.2.2, 192.0.2.3, and 2 more", id="many"),
    ],
)
def test_answers(look_at, name, expectations, outcome, words):
    async def scenario():
        async with name_server() as server:
            return await look_at(f"dns://{name}?server={server}", *expectations)

    found = asyncio.run(scenario())
    assert found.outcome is outcome and found.words.startswith(words)


def test_another_type(look_at):
    async def scenario():
        async with name_server() as server:
            return await look_at(f"dns://a.test?type=TXT&server={server}")

    assert asyncio.run(scenario()).facts["answers"] == ["v=1 ", "two"]


@pytest.mark.parametrize("name, words", [("gone.test", "NXDOMAIN"), ("empty.test", "no A record")])
def test_no_answer(look_at, name, words):
    async def scenario():
        async with name_server() as server:
            return await look_at(f"dns://{name}?server={server}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.DNS)
    assert words in found.words


def test_the_system(look_at):
    found = asyncio.run(look_at("dns://localhost"))
    assert (found.outcome, found.facts["answers"]) == (Outcome.MET, ["127.0.0.1"])


@pytest.mark.parametrize(
    "name, expectations, outcome",
    [
        ("a.test", ["rcode=NOERROR", "answers={length: 2}"], Outcome.MET),
        ("a.test", ["rcode=NXDOMAIN"], Outcome.UNMET),
        ("gone.test", ["rcode=NXDOMAIN"], Outcome.MET),
        ("gone.test", ["rcode=NOERROR"], Outcome.UNMET),
        ("gone.test", ["answers={length: 0}"], Outcome.UNMET),
        ("empty.test", ["rcode=NOERROR", "answers={length: 0}"], Outcome.MET),
    ],
)
def test_the_code_of_the_reply(look_at, name, expectations, outcome):
    async def scenario():
        async with name_server() as server:
            return await look_at(f"dns://{name}?server={server}", *expectations)

    found = asyncio.run(scenario())
    assert found.outcome is outcome, found.words
