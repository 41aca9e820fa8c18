"""Exchanges: bodies that are sent and read at their own speed, and what is left when one is given up."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import pytest

from wherry.core.trace import Phase, Trace
from wherry.net.failure import NetFailure, Reason
from wherry.net.h1.client.carrier import Carrier
from wherry.net.h1.client.exchange import Exchange
from wherry.net.h1.client.opening import Origin, open_connection
from wherry.net.h1.client.pool import Pool
from wherry.net.http import Request
from wherry.net.outgoing import BytesBody, prepare

OK = b"HTTP/1.1 200 OK\r\n"
DONE = OK + b"Content-Length: 4\r\n\r\ndone"


class Endless:
    """A body that has no end, or that waits for ``more`` after its beginning."""

    length = None

    def __init__(self, more=None):
        self.more = more
        self.closed = False

    async def chunks(self):
        try:
            while True:
                yield bytes(10_000)
                if self.more is not None:
                    await self.more.wait()
        finally:
            self.closed = True


async def start(pool, port, method="GET", body=None, *, scheme="http"):
    outgoing = prepare(Request(method, f"{scheme}://localhost:{port}/", (), body), ())
    return await pool.start(outgoing, Trace(time.monotonic))


async def read(exchange):
    return b"".join([piece async for piece in exchange.body()])


async def read_chunked(reader):
    body = bytearray()
    while size := int(await reader.readline(), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)
    return body


def test_trailers_stand_apart(run, serve, network):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"Transfer-Encoding: chunked\r\nTrailer: Sum\r\n\r\n2\r\nok\r\n0\r\nSum: 1\r\nsum: 2\r\n\r\n")
        await reader.read()

    async def main():
        async with serve(handle) as port:
            pool = Pool(network())
            exchange = await start(pool, port)
            body = await read(exchange)
            await exchange.aclose()
            await pool.aclose()
            return body, exchange.head.headers, exchange.trailers

    body, headers, trailers = run(main())
    assert body == b"ok"
    assert headers == [("Transfer-Encoding", "chunked"), ("Trailer", "Sum")]
    assert trailers == [(b"Sum", b"1"), (b"sum", b"2")]


def test_the_fields_of_interim_responses_are_not_the_final_ones(run, serve, network):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK + b"A: b\r\nContent-Length: 0\r\n\r\n")
        await reader.read()

    async def main():
        async with serve(handle) as port:
            pool = Pool(network())
            exchange = await start(pool, port)
            await exchange.aclose()
            await pool.aclose()
            return exchange.head

    head = run(main())
    assert (head.status, head.reason, head.headers) == (200, "OK", [("A", "b"), ("Content-Length", "0")])


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_slow_reader_holds_the_server(run, serve, network, certificates, scheme):
    total = 50_000_000

    async def main():
        sent = 0

        async def handle(reader, writer):
            nonlocal sent
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK + b"Content-Length: %d\r\n\r\n" % total)
            while sent < total:
                writer.write(bytes(100_000))
                await writer.drain()
                sent += 100_000
            writer.close()  # what is read late is not lost by this

        tls = certificates.server.server() if scheme == "https" else None
        async with serve(handle, tls) as port:
            pool = Pool(network(cacert=str(certificates.ca)))
            exchange = await start(pool, port, scheme=scheme)
            before = -1
            while before != sent:  # until nothing moves any more
                before = sent
                for _ in range(1000):
                    await asyncio.sleep(0)
            held = exchange._buffered
            body = await read(exchange)
            await exchange.aclose()
            await pool.aclose()
            return before, held, len(body)

    before, held, length = run(main())
    assert before < total
    assert held < 1_000_000
    assert length == total


def test_a_long_response_that_nobody_read_leaves_its_connection_as_it_was(run, serve, network):
    """It came whole with the piece that was one too many."""

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"\r\n\r\n")
        writer.write(DONE)
        await reader.read()

    async def main():
        reusable = []

        async def close(carrier):
            reusable.append(carrier.reusable)

        async with serve(handle) as port:
            trace, outgoing = Trace(time.monotonic), prepare(Request("GET", f"http://localhost:{port}/"), ())
            make = partial(Carrier, (), reusable.append)
            carrier = await open_connection(network(), Origin(False, "localhost", port), trace, make)
            first, second = Exchange(carrier, trace, close), Exchange(carrier, trace, close)
            beginning = asyncio.create_task(first.begin(outgoing.head(), outgoing))
            await asyncio.sleep(0)
            carrier.data_received(OK + b"Content-Length: 300000\r\n\r\n" + bytes(300_000))
            await beginning
            await first.aclose()
            await second.begin(outgoing.head(), outgoing)
            answer = await read(second)
            await second.aclose()
            await carrier.aclose()
            return answer, reusable

    assert run(main()) == (b"done", [True, True])


def test_what_a_session_was_stays_known_when_it_is_over(run, serve, network, certificates):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"\r\nend")

    async def main():
        async with serve(handle, certificates.server.server()) as port:
            pool = Pool(network(cacert=str(certificates.ca)))
            exchange = await start(pool, port, scheme="https")
            carrier = exchange.stream
            await read(exchange)
            await carrier.aclose()
            await exchange.aclose()
            return carrier.ssl_object.version(), carrier.peer.ip

    assert run(main()) == ("TLSv1.3", "127.0.0.1")


def test_a_slow_server_holds_the_sender(run, serve, network):
    async def main():
        read_on = asyncio.Event()
        body = Endless()
        sent = 0

        class Counted(Endless):
            async def chunks(self):
                nonlocal sent
                async for piece in body.chunks():
                    sent += len(piece)
                    if sent > 20_000_000:
                        return
                    yield piece

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            await read_on.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(str(len(await read_chunked(reader)))))
            writer.write(b"20000000")
            await reader.read()

        async with serve(handle) as port:
            pool = Pool(network())
            task = asyncio.create_task(start(pool, port, "PUT", Counted()))
            before = -1
            while before != sent or not sent:
                before = sent
                for _ in range(1000):
                    await asyncio.sleep(0)
            read_on.set()
            exchange = await task
            answer = await read(exchange)
            await exchange.aclose()
            kept = pool._kept
            await pool.aclose()
            return before, answer, kept

    before, answer, kept = run(main())
    assert before < 20_000_000
    assert (answer, kept) == (b"20000000", 1)


@pytest.mark.parametrize("size", [0, 10, 500_000])
def test_bytes_go_out_whole_and_the_connection_is_kept(run, serve, network, size):
    async def main():
        got = []

        async def handle(reader, writer):
            while True:
                await reader.readuntil(b"\r\n\r\n")
                got.append(len(await reader.readexactly(size)))
                writer.write(DONE)

        async with serve(handle) as port:
            pool = Pool(network())
            for _ in range(2):
                exchange = await start(pool, port, "POST", BytesBody(bytes(size)))
                await read(exchange)
                await exchange.aclose()
            kept = pool._kept
            await pool.aclose()
            return got, kept

    assert run(main()) == ([size, size], 1)


@pytest.mark.parametrize("status", [b"413 Too Large", b"200 OK"])
@pytest.mark.parametrize("stuck", [False, True], ids=["sending", "waiting for more to send"])
def test_a_whole_response_before_the_end_of_the_body_ends_the_sending(run, serve, network, status, stuck):
    async def main():
        body = Endless(asyncio.Event() if stuck else None)

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 %b\r\nContent-Length: 2\r\n\r\nno" % status)
            while await reader.read(65536):
                pass

        async with serve(handle) as port:
            pool = Pool(network())
            exchange = await start(pool, port, "PUT", body)
            answer = exchange.status, await read(exchange)
            await exchange.aclose()
            kept = pool._kept
            await pool.aclose()
            return answer, kept, body.closed

    assert run(main()) == ((int(status[:3]), b"no"), 0, True)


def test_a_body_may_be_answered_while_it_is_sent(run, serve, network):
    """What the server makes of one half is read before the other is sent."""

    async def main():
        more = asyncio.Event()

        class TwoHalves:
            length = None

            async def chunks(self):
                yield b"one"
                await more.wait()
                yield b"two"

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(OK + b"Content-Length: 6\r\n\r\n")
            for _ in range(2):
                size = int(await reader.readline(), 16)
                writer.write((await reader.readexactly(size + 2))[:-2])
            await reader.read()

        async with serve(handle) as port:
            pool = Pool(network())
            exchange = await start(pool, port, "POST", TwoHalves())
            pieces = []
            async for piece in exchange.body():
                pieces.append(piece)
                more.set()
            await exchange.aclose()
            await pool.aclose()
            return pieces

    assert run(main()) == [b"one", b"two"]


@pytest.mark.parametrize("answer", [b"", OK + b"Content-Length: 9\r\n\r\nab"], ids=["before", "after the head"])
def test_a_body_that_cannot_be_read_fails_the_exchange(run, serve, network, answer):
    async def main():
        class Broken:
            length = None

            async def chunks(self):
                yield b"one"
                await ready.wait()
                raise OSError("the disk is gone")

        ready = asyncio.Event()

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            if not answer:
                ready.set()
            await reader.read()

        async with serve(handle) as port:
            pool = Pool(network())
            try:
                exchange = await start(pool, port, "POST", Broken())
                ready.set()
                try:
                    await read(exchange)
                finally:
                    await exchange.aclose()
            finally:
                assert (pool._kept, pool._opened) == (0, 0)
                await pool.aclose()

    with pytest.raises(OSError, match="the disk is gone"):
        run(main())


@pytest.mark.parametrize("when", ["sending", "waiting", "reading"])
def test_who_is_cancelled_leaves_nothing_open(run, serve, network, when):
    async def main():
        asked, left = asyncio.Event(), asyncio.Event()
        body = Endless(asyncio.Event()) if when == "sending" else None

        async def handle(reader, writer):
            await reader.readuntil(b"\r\n\r\n")
            if when == "reading":
                writer.write(OK + b"Content-Length: 9\r\n\r\nab")
            asked.set()
            try:
                while await reader.read(65536):
                    pass
            finally:
                left.set()

        async def ask():
            exchange = await start(pool, port, "PUT", body)
            try:
                await read(exchange)
            finally:
                await exchange.aclose()

        async with serve(handle) as port:
            pool = Pool(network())
            task = asyncio.create_task(ask())
            await asked.wait()
            for _ in range(20):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await left.wait()
            others = asyncio.all_tasks() - {asyncio.current_task()}
            return pool._kept, pool._opened, body is None or body.closed, [t for t in others if "_send" in repr(t)]

    assert run(main()) == (0, 0, True, [])


def test_a_server_that_is_gone_while_we_send(run, serve, network):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.abort()

    async def main():
        async with serve(handle) as port:
            pool = Pool(network())
            await start(pool, port, "PUT", Endless())

    with pytest.raises(NetFailure) as caught:
        run(main())
    assert caught.value.reason in (Reason.CLOSED, Reason.RESET)
    assert caught.value.phase is Phase.SEND
