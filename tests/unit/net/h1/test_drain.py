"""A server ends without losing an answer, or after its time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from wherry.net.h1.exchange import Exchange

GOOD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


def test_idle_connections_close_at_once_and_answers_are_finished(rig: Any) -> None:
    exchanges: list[Exchange] = []

    def handler(exchange: Exchange) -> None:
        if exchange.request.path == "/slow":
            exchanges.append(exchange)
        else:
            exchange.respond(200)

    async def main() -> None:
        async with rig.serving(handler) as served:
            silent, idle, half, busy, streaming = [await served.client() for _ in range(5)]
            for client in (idle, half):
                assert (await client.ask(GOOD)).status == 200
            await half.send(b"GET / HT")
            await busy.send(GOOD.replace(b"/ ", b"/slow ") + GOOD)
            await streaming.send(GOOD.replace(b"/ ", b"/slow "))
            while len(exchanges) < 2:
                await asyncio.sleep(0)
            by_port = {int(exchange.peer.rpartition(":")[2]): exchange for exchange in exchanges}
            streamed = by_port[streaming.writer.get_extra_info("sockname")[1]]
            answered = by_port[busy.writer.get_extra_info("sockname")[1]]
            streamed.start(200)
            streamed.write(b"begun")
            draining = asyncio.create_task(served.server.drain(20))
            for client in (silent, idle, half):
                assert await client.rest() == b""
            with pytest.raises(OSError):
                await asyncio.open_connection("127.0.0.1", served.port)
            assert not draining.done()
            answered.respond(200, (), b"finished")
            answer = await busy.answer()
            assert (answer.body, answer.header("connection")) == (b"finished", "close")
            assert await busy.rest() == b"", "the pipelined request is the next server's"
            await busy.close()
            streamed.end()
            assert (await streaming.answer()).body == b"begun"
            await streaming.close()
            assert await draining == 0

    rig.run(main())


def test_after_its_time_what_is_left_is_reset(rig: Any) -> None:
    cancelled = asyncio.Event()

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                cancelled.set()

        exchange.spawn(work())

    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            await client.send(GOOD)
            while not served.server.stats.requests:
                await asyncio.sleep(0)
            assert await served.server.drain(0.05) == 1
            with pytest.raises(ConnectionResetError):
                await client.rest()
            assert cancelled.is_set()
            assert served.server.connections == 0

    rig.run(main())


def test_a_cancelled_drain_leaves_nothing_open(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(lambda exchange: None) as served:
            client = await served.client()
            await client.send(GOOD)
            while not served.server.stats.requests:
                await asyncio.sleep(0)
            draining = asyncio.create_task(served.server.drain(60))
            await asyncio.sleep(0)
            draining.cancel()
            with pytest.raises(asyncio.CancelledError):
                await draining
            with pytest.raises(ConnectionResetError):
                await client.rest()

    rig.run(main())


def test_draining_twice_and_without_a_connection(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            assert await served.server.drain(1) == 0
            assert await served.server.drain(1) == 0

    rig.run(main())
