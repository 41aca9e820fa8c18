"""A slow client loses its connection; the others do not notice."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING, Any

import pytest

from wherry.net.h1.limits import Limits

if TYPE_CHECKING:
    from wherry.net.h1.exchange import Exchange

GOOD = b"GET /good HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n"
SHORT_S = 0.25


async def _others_go_on(served: Any, work: asyncio.Task[None]) -> None:
    """A quick client is served all the time until ``work`` is done."""
    quick = await served.client()
    while not work.done():
        assert (await quick.ask(GOOD)).status == 200
        await asyncio.sleep(0.005)
    await work


async def _drip(client: Any, data: bytes) -> None:
    """A byte every now and then, without an end; the server's closing ends it."""
    with contextlib.suppress(OSError):
        for byte in data * 1000:
            await client.send(bytes([byte]))
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "begins, drips",
    [
        pytest.param(b"G", b"", id="a byte and silence"),
        pytest.param(b"GET / HTTP/1.1\r\n", b"", id="a line and silence"),
        pytest.param(b"GET / HTTP/1.1\r\nX: ", b"a", id="a byte now and then"),
        pytest.param(GOOD + b"GET", b" ", id="in a later request"),
    ],
)
def test_slow_head(rig: Any, begins: bytes, drips: bytes) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(head_s=SHORT_S)) as served:

            async def slow() -> None:
                client = await served.client()
                await client.send(begins)
                dripping = asyncio.create_task(_drip(client, drips))
                if begins.startswith(GOOD):
                    assert (await client.answer()).status == 200
                answer = await client.answer()
                assert answer.status == 408
                assert answer.header("connection") == "close"
                dripping.cancel()
                await asyncio.gather(dripping, return_exceptions=True)
                assert await client.rest() == b""

            await _others_go_on(served, asyncio.create_task(slow()))
            assert served.server.stats.timed_out == 1

    rig.run(main())


@pytest.mark.parametrize(
    "limits, drips",
    [
        pytest.param(Limits(body_s=SHORT_S), b"", id="silence"),
        pytest.param(Limits(body_s=SHORT_S, body_rate=10_000), b"a", id="a byte now and then"),
    ],
)
def test_slow_body(rig: Any, limits: Limits, drips: bytes) -> None:
    async def main() -> None:
        def handler(exchange: Exchange) -> None:
            (rig.echo if exchange.request.method == "POST" else rig.hello)(exchange)

        async with rig.serving(handler, limits) as served:

            async def slow() -> None:
                client = await served.client()
                await client.send(POST + b"abc")
                dripping = asyncio.create_task(_drip(client, drips))
                answer = await client.answer()
                assert answer.status == 408
                assert answer.header("connection") == "close"
                dripping.cancel()
                await asyncio.gather(dripping, return_exceptions=True)
                assert await client.rest() == b""

            await _others_go_on(served, asyncio.create_task(slow()))
            assert served.server.stats.timed_out == 1

    rig.run(main())


def test_a_slow_body_that_nobody_wants(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(body_s=SHORT_S, head_s=3600, idle_s=3600)) as served:
            client = await served.client()
            assert (await client.ask(POST)).status == 200
            assert await client.rest() == b""

    rig.run(main())


def test_a_handler_may_take_its_time(rig: Any) -> None:
    """Time-outs are the client's: it is not to blame while the handler works or leaves the body alone."""
    short = Limits(head_s=SHORT_S, body_s=SHORT_S, idle_s=SHORT_S, stall_s=SHORT_S)

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            await asyncio.sleep(4 * SHORT_S)
            exchange.respond(200, (), await exchange.read_body(100))

        exchange.spawn(work())

    async def main() -> None:
        async with rig.serving(handler, short) as served:
            client = await served.client()
            await client.send(POST)
            sending = asyncio.get_running_loop().call_later(4 * SHORT_S, client.writer.write, b"a" * 100)
            assert (await client.answer()).body == b"a" * 100
            sending.cancel()

    rig.run(main())


@pytest.mark.parametrize(
    "begins",
    [
        pytest.param(b"", id="never says a word"),
        pytest.param(GOOD, id="after a request"),
        pytest.param(GOOD + b"\r\n", id="after a request and an empty line"),
    ],
)
def test_silent_connections_are_closed_without_a_word(rig: Any, begins: bytes) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(idle_s=SHORT_S, head_s=SHORT_S)) as served:
            client = await served.client()
            await client.send(begins)
            if begins:
                assert (await client.answer()).status == 200
            assert await client.rest() == b""
            assert served.server.stats.timed_out == 0

    rig.run(main())


def _narrow(port: int) -> socket.socket:
    """A client that can take a few kilobytes and then has to read."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.connect(("127.0.0.1", port))
    return sock


def test_a_reader_that_stands_still_is_dropped(rig: Any) -> None:
    big = b"x" * 20_000_000
    ended = asyncio.Event()

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            try:
                exchange.start(200)
                while True:
                    exchange.write(b"x" * 100_000)
                    await exchange.drain()
            finally:
                ended.set()

        if exchange.request.path == "/stream":
            exchange.spawn(work())
        else:
            exchange.respond(200, (), big if exchange.request.path == "/big" else b"")

    async def main() -> None:
        async with rig.serving(handler, Limits(stall_s=SHORT_S)) as served:
            for path in (b"/big", b"/stream"):
                with _narrow(served.port) as sock:
                    sock.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")

                    async def gone() -> None:
                        while not served.server.connections:
                            await asyncio.sleep(0)
                        while served.server.connections > 1:
                            await asyncio.sleep(0.005)

                    await _others_go_on(served, asyncio.create_task(gone()))
                    for client in served.clients:
                        await client.close()
                    while served.server.connections:
                        await asyncio.sleep(0)
            await ended.wait()
            assert served.server.stats.timed_out == 2

    rig.run(main())
