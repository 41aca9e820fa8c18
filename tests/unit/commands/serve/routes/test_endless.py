"""Routes that never end by themselves: they end with the client, and with the server."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from wherry.commands.serve.routes.table import handler, routes
from wherry.net.h1.server import Server


async def begun(path: str, want: bytes):
    """A server, and a client that asked for ``path`` and has read until ``want``."""
    site = handler(routes(max_body=1000, ready_after_s=0, now=lambda: 0.0), otherwise=None)
    ended: asyncio.Queue[int] = asyncio.Queue()
    server = Server(site, done=lambda exchange: ended.put_nowait(exchange.status))
    [(host, port)] = await server.listen("127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
    if want:
        await reader.readuntil(want)
    else:
        while not server.connections or len(asyncio.all_tasks()) < 2:
            await asyncio.sleep(0)
    return server, ended, writer


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()
    with suppress(ConnectionError):
        await writer.wait_closed()


PATHS = [
    pytest.param("/fault/hang", b"", id="hang"),
    pytest.param("/fault/hang-body", b"and then nothing\n", id="hang-body"),
    pytest.param("/fault/slow-head", b"HTT", id="slow-head"),
    pytest.param("/fault/endless-headers", b"X-Endless-20:", id="endless-headers"),
    pytest.param("/fault/endless-body", b"xxxx\r\n10000", id="endless-body"),
    pytest.param("/fault/bomb?size=1TiB", b"\r\n\r\n", id="bomb"),
    pytest.param("/delay/1h", b"", id="delay"),
    pytest.param("/sse?count=1000000&every=1h", b"id: 1\n", id="sse"),
    pytest.param("/drip?count=1000000&every=1h", b"*", id="drip"),
    pytest.param("/bytes/1TiB", b"\r\n\r\n", id="bytes"),
]


@pytest.mark.parametrize(("path", "want"), PATHS)
def test_the_client_goes(path, want):
    async def scenario() -> None:
        server, ended, writer = await begun(path, want)
        writer.transport.abort()
        await closed(writer)
        await ended.get()
        assert await server.drain(0) == 0
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())


@pytest.mark.parametrize(("path", "want"), PATHS)
def test_the_server_goes(path, want):
    async def scenario() -> None:
        server, _, writer = await begun(path, want)
        assert await server.drain(0) == 1
        await closed(writer)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(scenario())
