"""Looks at servers that are played here, on real sockets."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from wherry.core.expect import parse
from wherry.core.network import NetworkSettings
from wherry.core.target import parse_target
from wherry.core.trace import Trace
from wherry.net.failure import bounded
from wherry.net.network import Network
from wherry.net.probe import look

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    from wherry.net.probe import Look

    Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _look_at(
    text: str, *expectations: str, timeout_s: float = 20.0, address: str | None = None, **settings: object
) -> Look:
    target = parse_target(text)
    conditions = [parse(one, kind=target.kind) for one in expectations]
    network = Network(NetworkSettings(trust_env=False, **settings), os.environ)
    loop = asyncio.get_running_loop()
    trace = Trace(time.monotonic)
    async with bounded(loop.time() + timeout_s, trace):
        return await look(target, network, trace, address=address, conditions=conditions)


@asynccontextmanager
async def _served(
    handler: Handler, *, path: str | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """A server whose every connection is ``handler``'s, on a free port (0 where it is a Unix socket)."""
    tasks: set[asyncio.Task[None]] = set()

    async def run(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    if path is not None and not hasattr(asyncio, "start_unix_server"):
        pytest.skip("no Unix sockets here")
    if path is None:
        server = await asyncio.start_server(run, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
    else:
        server, port = await asyncio.start_unix_server(run, path), 0
    try:
        yield port
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture(scope="session")
def look_at():
    return _look_at


@pytest.fixture(scope="session")
def served():
    return _served


@pytest.fixture(scope="session")
def free_port():
    """A port that nobody listens on."""
    import socket

    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
