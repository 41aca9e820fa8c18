"""Neither side drowns the other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from wherry.net.h1.limits import Limits
from wherry.net.h1.refused import PeerGone

if TYPE_CHECKING:
    from wherry.net.h1.exchange import Exchange

KIB = 1024


async def _until_nothing_moves(progress: Any) -> int:
    """The value of ``progress()`` once it stays the same for many rounds of the loop."""
    last, same = -1, 0
    while same < 200:
        now = progress()
        same = same + 1 if now == last else 0
        last = now
        await asyncio.sleep(0.0005)
    return last


def test_a_writer_waits_for_its_reader(rig: Any) -> None:
    total = 16 * KIB * KIB

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            exchange.start(200, (), length=total)
            for _ in range(total // (16 * KIB)):
                exchange.write(b"x" * 16 * KIB)
                await exchange.drain()
            exchange.end()

        exchange.spawn(work())
        exchanges.append(exchange)

    exchanges: list[Exchange] = []

    async def main() -> None:
        async with rig.serving(handler) as served:
            loop = asyncio.get_running_loop()
            with socket.socket() as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 * KIB)
                sock.setblocking(False)
                await loop.sock_connect(sock, ("127.0.0.1", served.port))
                await loop.sock_sendall(sock, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                while not exchanges:
                    await asyncio.sleep(0)
                written = await _until_nothing_moves(lambda: exchanges[0].sent)
                assert written < total // 2, "the kernel's buffers and ours, not the whole"
                received = 0
                while data := await loop.sock_recv(sock, 256 * KIB):
                    received += len(data)
            assert received > total
            assert exchanges[0].ended

    rig.run(main())


def test_a_sender_waits_for_the_handler(rig: Any) -> None:
    go = asyncio.Event()
    sizes: list[int] = []

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            await go.wait()
            sizes.extend([len(part) async for part in exchange.body()])
            exchange.respond(200)

        exchange.spawn(work())

    async def main() -> None:
        total = 32 * KIB * KIB
        async with rig.serving(handler, Limits(body=total)) as served:
            loop = asyncio.get_running_loop()
            with socket.socket() as sock:
                sock.setblocking(False)
                await loop.sock_connect(sock, ("127.0.0.1", served.port))
                await loop.sock_sendall(sock, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % total)
                sent = 0

                async def send() -> None:
                    nonlocal sent
                    while sent < total:
                        await loop.sock_sendall(sock, b"x" * 64 * KIB)
                        sent += 64 * KIB

                sending = asyncio.create_task(send())
                assert await _until_nothing_moves(lambda: sent) < total
                go.set()
                await sending
                assert (await loop.sock_recv(sock, 1000)).startswith(b"HTTP/1.1 200 ")
            assert sum(sizes) == total
            assert max(sizes) < 1024 * KIB

    rig.run(main())


def test_pipelined_requests_wait_while_one_is_answered(rig: Any) -> None:
    go = asyncio.Event()

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            await go.wait()
            exchange.respond(200)

        exchange.spawn(work())

    async def main() -> None:
        async with rig.serving(handler) as served:
            loop = asyncio.get_running_loop()
            with socket.socket() as sock:
                sock.setblocking(False)
                await loop.sock_connect(sock, ("127.0.0.1", served.port))
                request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
                sent = 0

                async def flood() -> None:
                    nonlocal sent
                    while True:
                        await loop.sock_sendall(sock, request * 1000)
                        sent += 1000

                flooding = asyncio.create_task(flood())
                await _until_nothing_moves(lambda: sent)
                assert served.server.stats.requests == 1
                flooding.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await flooding
                go.set()
                while served.server.stats.requests < 1000:
                    await loop.sock_recv(sock, 256 * KIB)

    rig.run(main())


def test_pipelined_answers_that_nobody_reads_stop_the_reading(rig: Any) -> None:
    async def main() -> None:
        async with rig.serving(lambda exchange: exchange.respond(200, (), b"x" * 8 * KIB)) as served:
            loop = asyncio.get_running_loop()
            with socket.socket() as sock:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * KIB)
                sock.setblocking(False)
                await loop.sock_connect(sock, ("127.0.0.1", served.port))
                flooding = asyncio.create_task(loop.sock_sendall(sock, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 100_000))
                answered = await _until_nothing_moves(lambda: served.server.stats.requests)
                assert answered < 2000, "answers wait in the kernel's buffers and at most a few in ours"
                flooding.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await flooding

    rig.run(main())


def test_a_fast_reader_does_not_have_the_server_for_itself(rig: Any) -> None:
    stop = threading.Event()

    def handler(exchange: Exchange) -> None:
        async def work() -> None:
            exchange.start(200)
            while not stop.is_set():
                exchange.write(b"x" * 64)
                await exchange.drain()
            exchange.end()

        if exchange.request.path == "/stream":
            exchange.spawn(work())
        else:
            exchange.respond(200)

    def read(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as sock:
            sock.sendall(b"GET /stream HTTP/1.0\r\n\r\n")
            while sock.recv(1024 * KIB):
                pass

    async def main() -> None:
        async with rig.serving(handler) as served:
            reading = asyncio.create_task(asyncio.to_thread(read, served.port))
            client = await served.client()
            for _ in range(20):
                assert (await client.ask(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")).status == 200
            stop.set()
            await reading

    rig.run(main())


def test_drain_after_the_client_has_gone(rig: Any) -> None:
    seen = asyncio.Event()
    exchanges: list[Exchange] = []

    async def main() -> None:
        async with rig.serving(exchanges.append) as served:
            client = await served.client()
            await client.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            while not exchanges:
                await asyncio.sleep(0)
            await client.close()
            while not exchanges[0].gone:
                await asyncio.sleep(0)
            with contextlib.suppress(PeerGone):
                await exchanges[0].drain()
                raise AssertionError
            seen.set()

    rig.run(main())
    assert seen.is_set()
