"""Bodies of requests on their way to the handler."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from wherry.net.h1.limits import Limits
from wherry.net.h1.refused import PeerGone, Refused

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from wherry.net.h1.exchange import Exchange


def post(fields: bytes, body: bytes = b"", target: bytes = b"/") -> bytes:
    return b"POST " + target + b" HTTP/1.1\r\nHost: a\r\n" + fields + b"\r\n" + body


def counted(body: bytes) -> bytes:
    return post(b"Content-Length: %d\r\n" % len(body), body)


def chunked(*chunks: bytes) -> bytes:
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return post(b"Transfer-Encoding: chunked\r\n", body + b"0\r\n\r\n")


BIG = bytes(range(256)) * 2000


@pytest.mark.parametrize(
    "data, body",
    [
        pytest.param(post(b""), b"", id="none"),
        pytest.param(counted(b""), b"", id="empty"),
        pytest.param(counted(b"abc"), b"abc", id="counted"),
        pytest.param(counted(BIG), BIG, id="counted and big"),
        pytest.param(chunked(), b"", id="no chunks"),
        pytest.param(chunked(b"abc", b"d"), b"abcd", id="chunked"),
        pytest.param(chunked(BIG[:1000], BIG[1000:]), BIG, id="chunked and big"),
    ],
)
@pytest.mark.parametrize("step", [pytest.param(None, id="at once"), pytest.param(3, id="in pieces")])
def test_read_body(rig: Any, data: bytes, body: bytes, step: int | None) -> None:
    async def main() -> None:
        async with rig.serving(rig.echo) as served:
            client = await served.client()
            for _ in range(2):
                if step and len(data) < 1000:
                    for i in range(0, len(data), step):
                        await client.send(data[i : i + step])
                        await asyncio.sleep(0)
                else:
                    await client.send(data)
                assert (await client.answer()).body == body

    rig.run(main())


def test_pipelined_bodies_stay_apart(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(rig.echo) as served:
            client = await served.client()
            await client.send(counted(b"a") + chunked(b"b", b"c") + post(b"") + counted(b"d" * 70000) + chunked(b"e"))
            bodies = [(await client.answer()).body for _ in range(5)]
            assert bodies == [b"a", b"bc", b"", b"d" * 70000, b"e"]

    rig.run(main())


def working(work: Any) -> Any:
    """A handler that spawns ``work(exchange)``."""

    def handler(exchange: Exchange) -> None:
        coroutine: Coroutine[Any, Any, None] = work(exchange)
        exchange.spawn(coroutine)

    return handler


def test_a_body_is_read_as_it_comes(rig: Any) -> None:
    async def work(exchange: Exchange) -> None:
        exchange.start(200)
        async for part in exchange.body():
            exchange.write(b"[" + part + b"]")
        exchange.end()

    async def main() -> None:
        async with rig.serving(working(work)) as served:
            client = await served.client()
            await client.send(post(b"Content-Length: 4\r\n"))
            await client.reader.readuntil(b"\r\n\r\n")
            for part in (b"ab", b"cd"):
                await client.send(part)
                assert await client.reader.readuntil(b"\r\n") == b"4\r\n"
                assert await client.reader.readuntil(b"\r\n") == b"[" + part + b"]\r\n"
            assert await client.reader.readuntil(b"0\r\n\r\n")

    rig.run(main())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(counted(b"a" * 101), id="counted"),
        pytest.param(post(b"Content-Length: 999999999\r\n"), id="announced"),
        pytest.param(chunked(b"a" * 50, b"b" * 51), id="chunked"),
    ],
)
@pytest.mark.parametrize("where", ["handler", "server"])
def test_too_long(rig: Any, data: bytes, where: str) -> None:
    async def work(exchange: Exchange) -> None:
        exchange.respond(200, (), await exchange.read_body(100 if where == "handler" else 10**9))

    async def main() -> None:
        limits = Limits(body=2**30 if where == "handler" else 100, drained=10)
        async with rig.serving(working(work), limits) as served:
            client = await served.client()
            answer = await client.ask(data)
            assert answer.status == 413
            assert b"longer than 100 bytes" in answer.body
            assert answer.header("connection") == "close" or where == "handler"
            assert served.server.stats.failed == 0

    rig.run(main())


def test_a_refusal_reaches_a_client_that_goes_on_sending(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(working(lambda exchange: exchange.read_body(10)), Limits(drained=10)) as served:
            client = await served.client()
            client.writer.write(post(b"Content-Length: 4000000\r\n") + b"x" * 4_000_000)
            answer = await client.answer()
            assert answer.status == 413
            assert answer.header("connection") == "close"
            assert await client.rest() == b""

    rig.run(main())


@pytest.mark.parametrize("bad", [b"xyz\r\n", b"3\nabc", b"3\r\nabcd\r\n", b"0\r\nX : y\r\n\r\n"])
@pytest.mark.parametrize("reads", [True, False])
def test_malformed_chunks(rig: Any, bad: bytes, reads: bool) -> None:
    """Whether the handler reads or waits for something else, the connection ends; read, it is a 400."""

    async def work(exchange: Exchange) -> None:
        if reads:
            await exchange.read_body(1000)
        await asyncio.sleep(0.02)
        exchange.respond(200)

    async def main() -> None:
        async with rig.serving(working(work)) as served:
            client = await served.client()
            answer = await client.ask(
                post(b"Transfer-Encoding: chunked\r\n", b"1\r\na\r\n" + bad + b"GET / HTTP/1.1\r\n")
            )
            assert answer.status == (400 if reads else 200)
            assert answer.header("connection") == "close"
            assert await client.rest() == b""
            assert len(served.over) == 1

    rig.run(main())


def test_a_callback_handler_learns_of_a_malformed_body(rig: Any) -> None:
    exchanges: list[Exchange] = []

    async def main() -> None:
        async with rig.serving(exchanges.append) as served:
            client = await served.client()
            answer = await client.ask(post(b"Transfer-Encoding: chunked\r\n", b"nonsense\r\n"))
            assert answer.status == 400
            assert exchanges[0].gone
            exchanges[0].respond(200)
            assert await client.rest() == b""

    rig.run(main())


class Test100Continue:
    EXPECT = b"Expect: 100-continue\r\nContent-Length: 3\r\n"

    def test_is_sent_when_the_handler_reads(self, rig: Any) -> None:
        async def main() -> None:
            async with rig.serving(rig.echo) as served:
                client = await served.client()
                for _ in range(2):
                    assert (await client.ask(post(self.EXPECT))).status == 100
                    assert (await client.ask(b"abc")).body == b"abc"

        rig.run(main())

    def test_is_not_sent_to_a_client_that_did_not_wait(self, rig: Any) -> None:
        async def main() -> None:
            async with rig.serving(rig.echo) as served:
                client = await served.client()
                assert (await client.ask(post(self.EXPECT, b"abc"))).body == b"abc"

        rig.run(main())

    def test_is_not_sent_when_the_body_is_refused(self, rig: Any) -> None:
        async def main() -> None:
            async with rig.serving(rig.hello) as served:
                client = await served.client()
                answer = await client.ask(post(self.EXPECT))
                assert answer.status == 200
                assert answer.header("connection") == "close", "the body may come or not: nothing can follow"
                await client.send(b"abc")
                assert await client.rest() == b""

        rig.run(main())

    def test_is_not_sent_when_the_body_is_too_long(self, rig: Any) -> None:
        async def main() -> None:
            async with rig.serving(rig.echo, Limits(body=2)) as served:
                client = await served.client()
                assert (await client.ask(post(self.EXPECT))).status == 413

        rig.run(main())


def test_an_unread_body_is_read_away(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            await client.send(counted(b"a" * 100_000) + chunked(b"b" * 1000))
            assert (await client.answer()).status == 200
            assert (await client.answer()).status == 200
            assert (await client.ask(post(b"Content-Length: 6\r\n", b"abc"))).status == 200
            await client.send(b"def" + post(b"", target=b"/next"))
            assert (await client.answer()).body == b"POST /next"

    rig.run(main())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(post(b"Content-Length: 1000\r\n"), id="announced"),
        pytest.param(post(b"Transfer-Encoding: chunked\r\n", b"3e8\r\n" + b"a" * 1000), id="chunked"),
    ],
)
def test_a_long_unread_body_ends_the_connection(rig: Any, data: bytes) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(drained=500, body_s=3600)) as served:
            client = await served.client()
            assert (await client.ask(data)).status == 200
            assert await client.rest() == b""

    rig.run(main())


def test_the_reader_learns_that_the_client_has_gone(rig: Any) -> None:
    seen: list[BaseException] = []
    ended = asyncio.Event()

    async def work(exchange: Exchange) -> None:
        try:
            await exchange.read_body(1000)
        except BaseException as exc:
            seen.append(exc)
            raise
        finally:
            ended.set()

    async def main() -> None:
        async with rig.serving(working(work)) as served:
            client = await served.client()
            await client.send(post(b"Content-Length: 10\r\n", b"abc"))
            while not served.server.stats.requests:
                await asyncio.sleep(0)
            await client.close()
            await ended.wait()
            assert isinstance(seen[0], PeerGone | asyncio.CancelledError)
            assert not served.logged

    rig.run(main())


def test_a_handler_refuses_with_its_own_status(rig: Any) -> None:
    async def work(exchange: Exchange) -> None:
        await exchange.read_body(100)
        raise Refused(422, "no such thing")

    async def main() -> None:
        async with rig.serving(working(work)) as served:
            client = await served.client()
            answer = await client.ask(counted(b"a"))
            assert (answer.status, answer.body) == (422, b"no such thing\n")
            assert (await client.ask(counted(b"a"))).status == 422
            assert not served.logged

    rig.run(main())
