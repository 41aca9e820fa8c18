"""Connections: which are kept, how many there are, and what becomes of them when things end early."""

from __future__ import annotations

import asyncio

import httpx
import pytest


class Count:
    """Counts the connections to a server that answers when it may; ``most`` is how many there were at a time."""

    def __init__(self, answer=b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"):
        self.answer = answer
        self.opened = self.open = self.most = self.served = 0
        self.may = asyncio.Event()
        self.asked = asyncio.Event()
        self.all_closed = asyncio.Event()

    async def __call__(self, reader, writer):
        self.opened += 1
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                await reader.readuntil(b"\r\n\r\n")
                self.asked.set()
                if not await self._may_answer(reader):
                    return
                self.served += 1
                writer.write(self.answer)
                await writer.drain()
        except asyncio.IncompleteReadError:
            pass
        finally:
            self.open -= 1
            if not self.open:
                self.all_closed.set()

    async def _may_answer(self, reader):
        """Wait until it may; False where the client goes before."""
        if self.may.is_set():
            return True
        waits = [asyncio.ensure_future(self.may.wait()), asyncio.ensure_future(reader.read(1))]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        gone = waits[1].done()
        for task in waits:
            task.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
        return not gone


@pytest.mark.parametrize(
    ("limits", "connections"),
    [
        pytest.param({}, 1, id="kept"),
        pytest.param({"max_keepalive_connections": 0}, 3, id="none kept"),
        pytest.param({"keepalive_expiry": 0.0}, 3, id="none kept for any time"),
        pytest.param({"keepalive_expiry": None, "max_keepalive_connections": None}, 1, id="kept for ever"),
    ],
)
def test_keeping(run, serve, client, echo, limits, connections):
    async def main():
        async with serve(echo) as port, client(limits=httpx.Limits(**limits)) as c:
            for _ in range(3):
                assert (await c.get(f"http://127.0.0.1:{port}/")).status_code == 200
                await asyncio.sleep(0.01)  # what expires at once needs the loop to turn

    run(main())
    assert echo.connections == connections


def test_connection_close(run, serve, client, says):
    server = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

    async def main():
        async with serve(server) as port, client() as c:
            return [(await c.get(f"http://127.0.0.1:{port}/")).text for _ in range(3)]

    assert run(main()) == ["ok"] * 3
    assert server.connections == 3


def test_a_server_that_closes_what_it_kept(run, serve, client, says):
    server = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", close=True)

    async def main():
        async with serve(server) as port, client() as c:
            for _ in range(5):
                assert (await c.get(f"http://127.0.0.1:{port}/")).text == "ok"
                while server.connections and len(server.requests) < server.connections:
                    await asyncio.sleep(0)

    run(main())
    assert server.connections == 5


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_server_that_closes_as_it_is_written_to(run, serve, client, method):
    """A body that can be had once is not sent twice."""

    async def pieces():
        yield b"x"

    async def closing(reader, writer):
        while (await reader.readuntil(b"\r\n\r\n")).startswith(b"GET"):
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await reader.readuntil(b"0\r\n\r\n")

    async def main():
        async with serve(closing) as port, client() as c:
            url = f"http://127.0.0.1:{port}/"
            await c.get(url)
            with pytest.raises(httpx.RemoteProtocolError):
                await c.request(method, url, content=pieces())
            return (await c.get(url)).status_code

    assert run(main()) == 204


@pytest.mark.parametrize("most", [1, 7, 40])
def test_many_tasks(run, serve, client, most):
    async def main():
        server = Count()
        server.may.set()
        async with serve(server) as port:
            async with client(timeout=20, limits=httpx.Limits(max_connections=most)) as c:

                async def some():
                    return [(await c.get(f"http://127.0.0.1:{port}/")).text for _ in range(2)]

                found = await asyncio.gather(*[some() for _ in range(40)])
            assert found == [["ok"] * 2] * 40
            await server.all_closed.wait()
            return server.most, server.served

    found, served = run(main())
    assert found <= most
    assert served == 80


def test_another_origin_takes_the_place_of_an_idle_connection(run, serve, client, says):
    first, second = says(b"HTTP/1.1 204 A\r\n\r\n"), says(b"HTTP/1.1 204 B\r\n\r\n")

    async def main():
        async with serve(first) as one, serve(second) as two, client(limits=httpx.Limits(max_connections=1)) as c:
            return [(await c.get(f"http://127.0.0.1:{port}/")).reason_phrase for port in (one, one, two, two, one)]

    assert run(main()) == ["A", "A", "B", "B", "A"]
    assert (first.connections, second.connections) == (2, 1)


async def cancelled(task):
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_cancelled_while_waiting_for_the_head(run, serve, client):
    async def main():
        server = Count()
        async with serve(server) as port, client(limits=httpx.Limits(max_connections=1)) as c:
            url = f"http://127.0.0.1:{port}/"
            task = asyncio.ensure_future(c.get(url))
            await server.asked.wait()
            await cancelled(task)
            await server.all_closed.wait()
            server.may.set()
            return (await c.get(url)).text, server.opened

    assert run(main()) == ("ok", 2)


def test_cancelled_in_the_body(run, serve, client):
    async def main():
        server = Count(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        server.may.set()
        async with serve(server) as port, client(limits=httpx.Limits(max_connections=1)) as c:
            url = f"http://127.0.0.1:{port}/"
            begun = asyncio.Event()

            async def read():
                async with c.stream("GET", url) as r:
                    async for _ in r.aiter_raw():
                        begun.set()

            task = asyncio.ensure_future(read())
            await begun.wait()
            await cancelled(task)
            await server.all_closed.wait()
            server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
            return (await c.get(url)).text

    assert run(main()) == "ok"


def test_cancelled_while_waiting_for_a_connection(run, serve, client):
    async def main():
        server = Count()
        async with serve(server) as port, client(limits=httpx.Limits(max_connections=1)) as c:
            url = f"http://127.0.0.1:{port}/"
            first = asyncio.ensure_future(c.get(url))
            await server.asked.wait()
            waiting = [asyncio.ensure_future(c.get(url)) for _ in range(4)]
            await asyncio.sleep(0)
            for task in waiting[::2]:
                await cancelled(task)
            server.may.set()
            return [(await task).text for task in (first, *waiting[1::2])], server.most

    assert run(main()) == (["ok"] * 3, 1)


@pytest.mark.parametrize("begun", [False, True], ids=["head", "body"])
def test_closing_with_a_request_under_way(run, serve, client, begun):
    async def main():
        server = Count(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")
        if begun:
            server.may.set()
        async with serve(server) as port:
            c = client(timeout=None)
            reading = asyncio.Event()

            async def read():
                async with c.stream("GET", f"http://127.0.0.1:{port}/") as r:
                    async for _ in r.aiter_raw():
                        reading.set()

            task = asyncio.ensure_future(read())
            await (reading if begun else server.asked).wait()
            await asyncio.sleep(0)
            await c.aclose()
            with pytest.raises(httpx.TransportError) as caught:
                await task
            await server.all_closed.wait()
            return caught.value

    assert isinstance(run(main()), httpx.ReadError)
