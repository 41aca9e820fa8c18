"""Which connection an exchange gets, who waits for one, and how long one is kept."""

from __future__ import annotations

import asyncio
import time

import pytest

from wherry.core.trace import Trace
from wherry.net.failure import NetFailure, Reason, bounded
from wherry.net.h1.client.pool import Pool, PoolLimits
from wherry.net.http import Request
from wherry.net.outgoing import prepare

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def outgoing(port, method="GET", path="/", body=None, host="localhost"):
    return prepare(Request(method, f"http://{host}:{port}{path}", (), body), ())


class Origin:
    """A server that answers when it is told to, and counts connections: ``paths`` by connection, ``open`` now."""

    def __init__(self):
        self.paths = []
        self.open = 0
        self.most = 0
        self.told = asyncio.Event()
        self.told.set()

    async def __call__(self, reader, writer):
        number = len(self.paths)
        self.paths.append([])
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.paths[number].append(head.split()[1].decode())
                await self.told.wait()
                writer.write(OK)
        finally:
            self.open -= 1

    async def until_open(self, count):
        while self.open != count:
            await asyncio.sleep(0)

    async def until_asked(self, count):
        while sum(len(paths) for paths in self.paths) < count:
            await asyncio.sleep(0)


async def get(pool, port, path="/", trace=None):
    exchange = await pool.start(outgoing(port, path=path), trace or Trace(time.monotonic))
    body = b"".join([piece async for piece in exchange.body()])
    await exchange.aclose()
    return exchange.status, body


def test_the_connection_used_last_serves_next(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network())
            first, second = [await pool.start(outgoing(port), Trace(time.monotonic)) for _ in range(2)]
            await first.aclose()
            await second.aclose()
            for path in ("/a", "/b"):
                await get(pool, port, path)
            await pool.aclose()
            return origin.paths

    assert run(main()) == [["/"], ["/", "/a", "/b"]]


@pytest.mark.parametrize("limits", [PoolLimits(connections=3), PoolLimits(per_origin=3)], ids=["in all", "per origin"])
def test_no_more_connections_than_allowed(run, serve, network, limits):
    async def main():
        origin = Origin()
        origin.told.clear()
        async with serve(origin) as port:
            pool = Pool(network(), limits=limits)
            tasks = [asyncio.create_task(get(pool, port, f"/{number}")) for number in range(20)]
            await origin.until_asked(3)
            origin.told.set()
            answers = await asyncio.gather(*tasks)
            await pool.aclose()
            return answers, origin.most, [path for paths in origin.paths for path in paths]

    answers, most, paths = run(main())
    assert answers == [(200, b"ok")] * 20
    assert most == 3
    assert sorted(paths) == sorted(f"/{number}" for number in range(20))


def test_who_waits_is_served_in_turn(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            await asyncio.gather(*(get(pool, port, f"/{number}") for number in range(9)))
            await pool.aclose()
            return origin.paths

    assert run(main()) == [[f"/{number}" for number in range(9)]]


def test_an_idle_connection_makes_room_for_another_origin(run, serve, network):
    async def main():
        one, two = Origin(), Origin()
        async with serve(one) as first, serve(two) as second:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            await get(pool, first)
            await get(pool, second)
            await one.until_open(0)
            # Now for one that has to wait for it.
            two.told.clear()
            busy = asyncio.create_task(get(pool, second))
            await two.until_asked(2)
            waiting = asyncio.create_task(get(pool, first, "/waited"))
            await asyncio.sleep(0)
            two.told.set()
            answers = await asyncio.gather(busy, waiting)
            await two.until_open(0)
            await pool.aclose()
            return answers, one.paths, two.paths

    assert run(main()) == ([(200, b"ok")] * 2, [["/"], ["/waited"]], [["/", "/"]])


@pytest.mark.parametrize("when", ["waiting", "served"])
def test_who_waited_and_was_cancelled_takes_nothing_with_it(run, serve, network, when):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            exchange = await pool.start(outgoing(port), Trace(time.monotonic))
            waiting = [asyncio.create_task(get(pool, port, path)) for path in ("/first", "/second")]
            while len(pool._waiting) < 2:
                await asyncio.sleep(0)
            if when == "waiting":
                waiting[0].cancel()
                await asyncio.sleep(0)
            async for _ in exchange.body():
                pass
            await exchange.aclose()
            waiting[0].cancel()  # it may have been given the connection, and not yet know
            found = await asyncio.gather(*waiting, return_exceptions=True)
            await pool.aclose()
            return found, origin.paths

    found, paths = run(main())
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1] == (200, b"ok")
    assert paths == [["/", "/second"]]


def test_who_may_open_a_connection_and_is_cancelled_lets_the_next_one(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            exchange = await pool.start(outgoing(port), Trace(time.monotonic))
            waiting = [asyncio.create_task(get(pool, port, path)) for path in ("/first", "/second")]
            while len(pool._waiting) < 2:
                await asyncio.sleep(0)
            exchange.stream.reusable = False
            closing = asyncio.create_task(exchange.aclose())
            while len(pool._waiting) == 2:
                await asyncio.sleep(0)
            waiting[0].cancel()
            found = await asyncio.gather(closing, *waiting, return_exceptions=True)
            await pool.aclose()
            return found, origin.paths, pool._opened

    (_, first, second), paths, opened = run(main())
    assert isinstance(first, asyncio.CancelledError)
    assert second == (200, b"ok")
    assert paths[-1] == ["/second"]
    assert opened == 0


def test_a_connection_that_ends_on_its_way_to_who_waited_is_replaced(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            exchange = await pool.start(outgoing(port), Trace(time.monotonic))
            carrier = exchange.stream
            waiting = asyncio.create_task(get(pool, port, "/waited"))
            while not pool._waiting:
                await asyncio.sleep(0)
            await exchange.aclose()
            carrier.eof_received()
            answer = await waiting
            opened = pool._opened
            await pool.aclose()
            return answer, origin.paths, opened

    assert run(main()) == ((200, b"ok"), [["/"], ["/waited"]], 1)


def test_a_time_out_while_waiting_says_so(run, serve, network):
    async def main():
        async with serve(Origin()) as port:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            exchange = await pool.start(outgoing(port), Trace(time.monotonic))
            trace = Trace(time.monotonic)
            try:
                async with bounded(asyncio.get_running_loop().time(), trace):
                    await get(pool, port, trace=trace)
            finally:
                await exchange.aclose()
                await pool.aclose()

    with pytest.raises(NetFailure, match="waiting for a free connection") as caught:
        run(main())
    assert caught.value.reason is Reason.TIMEOUT


def test_a_connection_that_cannot_be_opened_leaves_its_place(run, serve, network):
    async def main():
        async with serve(Origin()) as gone:
            pass
        async with serve(Origin()) as port:
            pool = Pool(network(), limits=PoolLimits(connections=1))
            found = await asyncio.gather(*(get(pool, at) for at in (gone, gone, port)), return_exceptions=True)
            await pool.aclose()
            return found, pool._opened, pool._open

    found, opened, by_origin = run(main())
    assert [getattr(one, "reason", one) for one in found] == [Reason.REFUSED, Reason.REFUSED, (200, b"ok")]
    assert (opened, by_origin) == (0, {})


def test_what_is_idle_for_too_long_is_closed(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network(), limits=PoolLimits(idle_s=0.01))
            await asyncio.gather(get(pool, port), get(pool, port))
            await origin.until_open(0)
            assert (pool._kept, pool._opened, pool._timer) == (0, 0, None)
            await get(pool, port)
            await origin.until_open(0)
            return len(origin.paths)

    assert run(main()) == 3


def test_no_more_are_kept_than_allowed(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network(), limits=PoolLimits(idle=2))
            exchanges = [await pool.start(outgoing(port), Trace(time.monotonic)) for _ in range(5)]
            for exchange in exchanges:
                await exchange.aclose()
            await origin.until_open(2)
            await pool.aclose()
            await origin.until_open(0)

    run(main())


def test_an_idle_connection_that_the_server_closes_is_forgotten(run, serve, network):
    async def main():
        closing = asyncio.Event()

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK)
            await closing.wait()

        async with serve(handle) as port:
            pool = Pool(network())
            await get(pool, port)
            kept = pool._kept
            closing.set()
            while pool._kept:
                await asyncio.sleep(0)
            await pool.aclose()
            return kept, pool._opened, pool._idle

    assert run(main()) == (1, 0, {})


def test_what_is_in_use_when_the_pool_is_closed_is_closed_after_it(run, serve, network):
    async def main():
        origin = Origin()
        async with serve(origin) as port:
            pool = Pool(network())
            exchange = await pool.start(outgoing(port), Trace(time.monotonic))
            await pool.aclose()
            body = b"".join([piece async for piece in exchange.body()])
            await exchange.aclose()
            await exchange.aclose()
            await origin.until_open(0)
            return body

    assert run(main()) == b"ok"


def test_origins_share_the_connections_to_their_proxy(run, serve, network):
    """A plain request names the whole URL to the proxy, which may be asked for anything."""

    async def main():
        proxy = Origin()
        async with serve(proxy) as port:
            pool = Pool(network(proxy=f"http://u:p@127.0.0.1:{port}"))
            for host in ("one.example", "two.example"):
                exchange = await pool.start(outgoing(80, host=host), Trace(time.monotonic))
                await exchange.aclose()
            await pool.aclose()
            return proxy.paths

    assert run(main()) == [["http://one.example/", "http://two.example/"]]
