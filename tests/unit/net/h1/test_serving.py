"""Requests and answers over real sockets: framing of answers, order, persistence, failures of handlers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.exchange import Exchange

H = b"Host: a\r\n"


def get(target: str = "/", fields: bytes = b"", *, method: str = "GET", version: str = "1.1") -> bytes:
    return f"{method} {target} HTTP/{version}\r\n".encode() + H + fields + b"\r\n"


def test_an_answer_and_another_on_the_same_connection(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            for target in ("/a", "/b"):
                answer = await client.ask(get(target))
                assert (answer.status, answer.body) == (200, f"GET {target}".encode())
                assert answer.header("content-length") == str(len(answer.body))
                assert answer.header("date")
                assert answer.header("connection") is None
            assert served.server.connections == 1
            assert served.server.stats.requests == 2
            assert [exchange.status for exchange in served.over] == [200, 200]
            assert served.over[0].sent == 6
            host, port = client.writer.get_extra_info("sockname")
            assert served.over[0].peer == f"{host}:{port}"
            assert served.over[0].scheme == "http"

    rig.run(main())


def test_pipelined_requests_are_answered_in_order(rig: Any) -> None:
    """The first ones take longest, and nobody overtakes them."""

    def handler(exchange: Exchange) -> None:
        async def answer() -> None:
            for _ in range(10 - int(exchange.request.query)):
                await asyncio.sleep(0)
            exchange.respond(200, (), exchange.request.query.encode())

        exchange.spawn(answer())

    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            await client.send(b"".join(get(f"/?{i}") for i in range(10)))
            assert [(await client.answer()).body for _ in range(10)] == [str(i).encode() for i in range(10)]

    rig.run(main())


def test_many_pipelined_requests_in_small_pieces(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            data = b"".join(get(f"/{i}") for i in range(50))
            for i in range(0, len(data), 7):
                await client.send(data[i : i + 7])
                await asyncio.sleep(0)
            assert [(await client.answer()).body for _ in range(50)] == [f"GET /{i}".encode() for i in range(50)]

    rig.run(main())


@pytest.mark.parametrize(
    "request_, connection, closed",
    [
        pytest.param(get(), None, False, id="1.1"),
        pytest.param(get(fields=b"Connection: close\r\n"), "close", True, id="1.1 close"),
        pytest.param(get(version="1.0"), "close", True, id="1.0"),
        pytest.param(
            get(version="1.0", fields=b"Connection: keep-alive\r\n"), "keep-alive", False, id="1.0 keep-alive"
        ),
    ],
)
def test_persistence(rig: Any, request_: bytes, connection: str | None, closed: bool) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            answer = await client.ask(request_)
            assert answer.header("connection") == connection
            if closed:
                assert await client.rest() == b""
            else:
                assert (await client.ask(request_)).status == 200

    rig.run(main())


def test_what_follows_a_closing_request_is_not_answered(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            await client.send(get("/a", b"Connection: close\r\n") + get("/b") * 1000)
            assert (await client.answer()).body == b"GET /a"
            assert await client.rest() == b""
            assert len(served.over) == 1

    rig.run(main())


def test_a_handler_can_close(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(lambda exchange: exchange.respond(200, (("Connection", "close"),))) as served:
            client = await served.client()
            assert (await client.ask(get())).header("connection") == "close"
            assert await client.rest() == b""

    rig.run(main())


def _whole(exchange: Exchange) -> None:
    exchange.respond(int(exchange.request.query or 200), (("x", "y"),), b"body")


def _counted(exchange: Exchange) -> None:
    exchange.start(int(exchange.request.query or 200), (("x", "y"),), length=4)
    for part in (b"bo", b"", b"dy"):
        exchange.write(part)
    exchange.end()


def _open_ended(exchange: Exchange) -> None:
    exchange.start(int(exchange.request.query or 200), (("x", "y"),))
    for part in (b"bo", b"", b"dy"):
        exchange.write(part)
    exchange.end()


@pytest.mark.parametrize("handler", [_whole, _counted, _open_ended])
def test_framing_of_answers(rig: Any, handler: Callable[[Exchange], None]) -> None:
    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            full = await client.ask(get())
            assert full.body == b"body"
            head = await client.ask(get(method="HEAD"))
            framing = ("content-length", "transfer-encoding", "x")
            assert [head.header(name) for name in framing] == [full.header(name) for name in framing]
            for status in (204, 304):
                bare = await client.ask(get(f"/?{status}"))
                assert bare.status == status
                assert [bare.header(name) for name in framing] == [None, None, "y"]
            assert (await client.ask(get())).body == b"body", "the connection is still in step"
            old = await served.client()
            answer = await old.ask(get(version="1.0", fields=b"Connection: keep-alive\r\n"))
            assert answer.body == b"body"
            assert answer.header("transfer-encoding") is None
            assert answer.header("connection") == ("close" if handler is _open_ended else "keep-alive")

    rig.run(main())


def test_a_large_body_goes_out_whole(rig: Any) -> None:
    body = bytes(range(256)) * 40_000

    async def main() -> None:
        async with rig.serving(lambda exchange: exchange.respond(200, (), body)) as served:
            client = await served.client()
            await client.send(get() + get())
            assert (await client.answer()).body == body
            assert (await client.answer()).body == body

    rig.run(main())


def test_upgrade_is_ignored(rig: Any) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: websocket\r\n"

    async def main() -> None:
        async with rig.serving(rig.echo) as served:
            client = await served.client()
            await client.send(
                get("/a", upgrade) + get("/b", upgrade + b"Content-Length: 3\r\n", method="POST") + b"abc" + get("/c")
            )
            assert [(await client.answer()).body for _ in range(3)] == [b"", b"abc", b""]

    rig.run(main())


def test_a_line_in_front_is_ignored(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving() as served:
            client = await served.client()
            await client.send(b"\r\n" + get("/a") + b"\r\n" + get("/b") + b"\r\n")
            assert (await client.answer()).body == b"GET /a"
            assert (await client.answer()).body == b"GET /b"

    rig.run(main())


def _raises(exchange: Exchange) -> None:
    raise LookupError("secret details")


def _raises_later(exchange: Exchange) -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise LookupError("secret details")

    exchange.spawn(work())


def _forgets(exchange: Exchange) -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    exchange.spawn(work())


def _injects(exchange: Exchange) -> None:
    exchange.respond(200, (("x", "a\r\nset-cookie: b"),))


@pytest.mark.parametrize("handler", [_raises, _raises_later, _forgets, _injects])
def test_a_handler_that_fails_is_a_500(rig: Any, handler: Callable[[Exchange], None]) -> None:
    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            for _ in range(2):
                answer = await client.ask(get("/a?token=b"))
                assert (answer.status, answer.body) == (500, b"internal error\n")
            assert served.server.stats.failed == 2
            message, fields = served.logged[0]
            assert message == "handler failed"
            assert (fields["method"], fields["path"]) == ("GET", "/a")
            assert ".py:" in fields["place"] or handler is _forgets

    rig.run(main())


def _starts_and_raises(exchange: Exchange) -> None:
    exchange.start(200, (), length=10)
    exchange.write(b"abc")
    raise LookupError


def _is_too_short(exchange: Exchange) -> None:
    exchange.start(200, (), length=10)
    exchange.write(b"abc")
    exchange.end()


def _is_too_long(exchange: Exchange) -> None:
    exchange.start(200, (), length=2)
    exchange.write(b"abc")


def _aborts(exchange: Exchange) -> None:
    exchange.start(200)
    exchange.write(b"abc")
    exchange.abort()


@pytest.mark.parametrize("handler", [_starts_and_raises, _is_too_short, _is_too_long, _aborts])
def test_an_answer_that_cannot_be_completed_is_a_reset(rig: Any, handler: Callable[[Exchange], None]) -> None:
    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            await client.send(get())
            with pytest.raises(ConnectionResetError):
                await client.rest()
            assert served.over[0].ended is False

    rig.run(main())


def test_cut_ends_the_connection_early_but_without_a_reset(rig: Any) -> None:
    def handler(exchange: Exchange) -> None:
        exchange.start(200, (), length=10)
        exchange.write(b"abc")
        exchange.cut()
        exchange.write(b"never seen")

    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            await client.send(get())
            assert (await client.rest()).endswith(b"\r\n\r\nabc")

    rig.run(main())


def test_methods_out_of_turn(rig: Any) -> None:
    def handler(exchange: Exchange) -> None:
        for out_of_turn in (lambda: exchange.write(b"a"), exchange.end):
            with pytest.raises(RuntimeError):
                out_of_turn()
        exchange.respond(200)
        for out_of_turn in (
            lambda: exchange.write(b"a"),
            exchange.end,
            lambda: exchange.respond(200),
            lambda: exchange.start(200),
        ):
            with pytest.raises(RuntimeError):
                out_of_turn()

    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            assert (await client.ask(get())).status == 200
            assert (await client.ask(get())).status == 200
            assert not served.logged

    rig.run(main())


def test_a_task_goes_with_its_client(rig: Any) -> None:
    ended = asyncio.Event()
    exchanges: list[Exchange] = []

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            exchange.start(200)
            exchange.write(b"first")
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        exchanges.append(exchange)
        exchange.spawn(work())

    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            await client.send(get())
            await client.reader.readuntil(b"first")
            await client.close()
            await ended.wait()
            [exchange] = exchanges
            assert exchange.gone
            exchange.write(b"for nobody")
            exchange.end()
            exchange.respond(200)
            assert served.over == [exchange]
            assert not served.logged

    rig.run(main())


def test_a_task_may_outlive_its_answer(rig: Any) -> None:
    go, done = asyncio.Event(), asyncio.Event()

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            exchange.respond(202)
            await go.wait()
            done.set()

        exchange.spawn(work())

    async def main() -> None:
        async with rig.serving(handler) as served:
            client = await served.client()
            assert (await client.ask(get(fields=b"Connection: close\r\n"))).status == 202
            assert await client.rest() == b""
            go.set()
            await done.wait()

    rig.run(main())
