"""Which of httpx's exceptions says what went wrong, over httpx's transport and over ours."""

from __future__ import annotations

import asyncio
import socket

import httpx
import pytest

BIG = b"x" * 30_000_000


def reset(writer):
    """End the connection with RST."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    writer.transport.abort()


async def nothing(reader, writer):
    await reader.readuntil(b"\r\n\r\n")


async def resets(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    reset(writer)


def answering(data, *, then=None):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(data)
        await writer.drain()
        if then is not None:
            then(writer)

    return handle


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        pytest.param(nothing, httpx.RemoteProtocolError, id="closes without a word"),
        pytest.param(resets, httpx.ReadError, id="resets"),
        pytest.param(answering(HEAD + b"X-A: "), httpx.RemoteProtocolError, id="closes in the head"),
        pytest.param(answering(b"what?\r\n\r\n"), httpx.RemoteProtocolError, id="not HTTP"),
        pytest.param(answering(b"HTTP/1.1 2000 OK\r\n\r\n"), httpx.RemoteProtocolError, id="no status"),
        pytest.param(answering(HEAD + b"Content-Length: 10\r\n\r\nhalf"), httpx.RemoteProtocolError, id="half a body"),
        pytest.param(
            answering(HEAD + b"Content-Length: 10\r\n\r\nhalf", then=reset), httpx.ReadError, id="resets in the body"
        ),
        pytest.param(
            answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
            httpx.RemoteProtocolError,
            id="no last chunk",
        ),
        pytest.param(
            answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"), httpx.RemoteProtocolError, id="no chunk"
        ),
        pytest.param(
            answering(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
            httpx.RemoteProtocolError,
            id="two lengths",
        ),
        pytest.param(
            answering(HEAD + b"Content-Length: 2\r\nContent-Encoding: gzip\r\n\r\nxx"),
            httpx.DecodingError,
            id="no gzip",
        ),
    ],
)
def test_servers_that_fail(run, serve, client, handler, expected):
    async def main():
        async with serve(handler) as port, client() as c:
            with pytest.raises(httpx.HTTPError) as caught:
                await c.get(f"http://127.0.0.1:{port}/")
            return caught.value

    found = run(main())
    assert type(found) is expected
    assert found.request.method == "GET"


def closed_port():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("http://127.0.0.1:{port}/", httpx.ConnectError, id="refused"),
        pytest.param("http://nowhere.invalid/", httpx.ConnectError, id="no such name"),
        pytest.param("ftp://127.0.0.1/", httpx.UnsupportedProtocol, id="another protocol"),
        pytest.param("/path", httpx.UnsupportedProtocol, id="no protocol"),
    ],
)
def test_requests_that_reach_nobody(run, client, url, expected):
    async def main():
        async with client() as c:
            with pytest.raises(httpx.HTTPError) as caught:
                await c.get(url.format(port=closed_port()))
            return caught.value

    assert type(run(main())) is expected


def test_a_certificate_that_is_not_trusted(run, serve, client, echo, certificates):
    async def main():
        async with serve(echo, certificates.stranger.server()) as port, client(cacert=certificates.ca) as c:
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await c.get(f"https://localhost:{port}/")

    run(main())


# Each time-out by itself; whatever happens, only it can end the request.


@pytest.mark.parametrize(
    "timeout",
    [
        pytest.param(httpx.Timeout(None, read=0.05), id="read"),
        pytest.param(httpx.Timeout(0.5), id="all"),
    ],
)
@pytest.mark.parametrize("sent", [b"", HEAD, HEAD + b"Content-Length: 9\r\n\r\nhalf"], ids=["none", "line", "body"])
def test_read_timeout(run, serve, client, timeout, sent):
    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(sent)
        await reader.read()

    async def main():
        async with serve(handle) as port, client(timeout=timeout) as c:
            with pytest.raises(httpx.ReadTimeout):
                await c.get(f"http://127.0.0.1:{port}/")

    run(main())


@pytest.mark.parametrize("streamed", [False, True], ids=["bytes", "pieces"])
def test_write_timeout(run, serve, client, streamed):
    async def handle(reader, writer):
        writer.transport.pause_reading()
        await gone.wait()

    async def pieces():
        while True:
            yield BIG[:1_000_000]

    async def main():
        nonlocal gone
        gone = asyncio.Event()
        async with serve(handle) as port, client(timeout=httpx.Timeout(None, write=0.1)) as c:
            with pytest.raises(httpx.WriteTimeout):
                await c.post(f"http://127.0.0.1:{port}/", content=pieces() if streamed else BIG)
            gone.set()

    gone = None
    run(main())


def test_making_the_body_is_not_writing(run, serve, client, echo):
    async def slow():
        yield b"a"
        await asyncio.sleep(0.3)  # longer than any time-out
        yield b"b"

    async def main():
        async with serve(echo) as port, client(timeout=httpx.Timeout(5, write=0.1)) as c:
            return (await c.post(f"http://127.0.0.1:{port}/", content=slow())).json()["body"]

    assert run(main()) == "ab"


def test_connect_timeout(run, client):
    """The queue of a listener that accepts nothing is full: the system lets the handshake wait."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        waiting = []
        for _ in range(4):
            sock = socket.socket()
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
            waiting.append(sock)

        async def main():
            async with client(timeout=httpx.Timeout(None, connect=0.1)) as c:
                with pytest.raises(httpx.ConnectTimeout):
                    await c.get(f"http://127.0.0.1:{port}/")

        try:
            run(main())
        finally:
            for sock in waiting:
                sock.close()


def test_connect_timeout_in_the_handshake(run, serve, client):
    async def handle(reader, writer):
        while await reader.read(1000):
            pass

    async def main():
        async with serve(handle) as port, client(timeout=httpx.Timeout(None, connect=0.1)) as c:
            with pytest.raises(httpx.ConnectTimeout):
                await c.get(f"https://127.0.0.1:{port}/")

    run(main())


def test_pool_timeout(run, serve, client, echo):
    async def main():
        one = httpx.Limits(max_connections=1)
        async with serve(echo) as port, client(limits=one, timeout=httpx.Timeout(None, pool=0.05)) as c:
            url = f"http://127.0.0.1:{port}/"
            async with c.stream("GET", url) as held:
                with pytest.raises(httpx.PoolTimeout):
                    await c.get(url)
                await held.aread()
            return (await c.get(url)).status_code

    assert run(main()) == 200
    assert echo.connections == 1


def test_no_timeout_while_all_goes_well(run, serve, client):
    """A body that takes longer than the time-out in all, each piece of it less."""

    async def handle(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + b"Content-Length: 6\r\n\r\n")
        for _ in range(6):
            await asyncio.sleep(0.1)
            writer.write(b"x")

    async def main():
        async with serve(handle) as port, client(timeout=0.4) as c:
            return (await c.get(f"http://127.0.0.1:{port}/")).content

    assert run(main()) == b"xxxxxx"
