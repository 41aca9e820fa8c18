from __future__ import annotations

import asyncio
import socket
import sys

import pytest

from wherry.core.outcome import Outcome
from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason


async def nothing(reader, writer):
    await reader.read()


def test_open(look_at, served):
    async def scenario():
        async with served(nothing) as port:
            return port, await look_at(f"127.0.0.1:{port}")

    port, found = asyncio.run(scenario())
    assert (found.outcome, found.words) == (Outcome.MET, f"connected to 127.0.0.1:{port}")
    assert (found.facts["ip"], found.facts["words"]) == ("127.0.0.1", found.words)
    assert Phase.CONNECT in found.facts["phases"]


def test_refused(look_at, free_port):
    found = asyncio.run(look_at(f"tcp://127.0.0.1:{free_port}"))
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.REFUSED)
    assert "connection refused" in found.words


def test_pinned_address(look_at, served):
    async def scenario():
        async with served(nothing) as port:
            return await look_at(f"tcp://no-such-host.invalid:{port}", address="127.0.0.1")

    assert asyncio.run(scenario()).outcome is Outcome.MET


@pytest.mark.parametrize(
    "expectation, outcome, words",
    [
        pytest.param("ip=127.0.0.1", Outcome.MET, "connected to", id="ip"),
        pytest.param("ip=10.0.0.1", Outcome.UNMET, "ip: expected", id="another ip"),
        pytest.param("time={lt: 1h}", Outcome.MET, "connected to", id="time"),
        pytest.param("time.connect={gt: 1h}", Outcome.UNMET, "time.connect: expected", id="phase"),
    ],
)
def test_conditions(look_at, served, expectation, outcome, words):
    async def scenario():
        async with served(nothing) as port:
            return await look_at(f"tcp://127.0.0.1:{port}", expectation)

    found = asyncio.run(scenario())
    assert found.outcome is outcome and found.words.startswith(words)


def test_several_conditions_that_do_not_hold_are_all_named(look_at, served):
    async def scenario():
        async with served(nothing) as port:
            return await look_at(f"tcp://127.0.0.1:{port}", "ip=10.0.0.1", "words=x", "time={lt: 1h}")

    assert [part.split(":")[0] for part in asyncio.run(scenario()).words.split("; ")] == ["ip", "words"]


def test_unix_socket(look_at, served, tmp_path):
    path = str(tmp_path / "a.sock")

    async def scenario():
        async with served(nothing, path=path):
            return await look_at(f"unix:{path}")

    found = asyncio.run(scenario())
    assert (found.outcome, found.words) == (Outcome.MET, "connected")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no Unix sockets here")
@pytest.mark.parametrize("make", ["nothing", "file", "left behind"])
def test_unix_socket_that_nobody_listens_on(look_at, tmp_path, make):
    path = tmp_path / "a.sock"
    if make == "file":
        path.touch()
    if make == "left behind":
        with socket.socket(socket.AF_UNIX) as sock:
            sock.bind(str(path))
    found = asyncio.run(look_at(f"unix:{path}"))
    assert (found.outcome, found.reason) == (Outcome.UNMET, Reason.REFUSED)


def test_silence_is_a_timeout_in_a_phase(look_at, served):
    async def scenario():
        async with served(nothing) as port:
            return await look_at(f"redis://127.0.0.1:{port}", timeout_s=0.1)

    with pytest.raises(NetFailure) as caught:
        asyncio.run(scenario())
    assert (caught.value.reason, caught.value.phase) == (Reason.TIMEOUT, Phase.FIRST_BYTE)
    assert "while waiting for the first byte from 127.0.0.1:" in str(caught.value)


def test_a_port_whose_queue_is_full_is_a_timeout_while_connecting(look_at):
    async def scenario():
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            waiting = [socket.socket() for _ in range(4)]
            try:
                for sock in waiting:
                    sock.setblocking(False)
                    sock.connect_ex(full.getsockname())
                return await look_at(f"tcp://127.0.0.1:{full.getsockname()[1]}", timeout_s=0.3)
            finally:
                for sock in waiting:
                    sock.close()

    if sys.platform != "linux":
        pytest.skip("other systems answer differently when the queue is full")
    with pytest.raises(NetFailure) as caught:
        asyncio.run(scenario())
    assert (caught.value.reason, caught.value.phase) == (Reason.TIMEOUT, Phase.CONNECT)
