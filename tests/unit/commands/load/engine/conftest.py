"""A driver in this process's event loop, against servers that do as a test says."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager
from time import perf_counter_ns

import pytest

from wherry.commands.load.engine.setup import Setup
from wherry.commands.load.options import Options, Sent
from wherry.commands.load.targets.loading import loaded
from wherry.core.network import NetworkSettings
from wherry.net.event_loop import fast_event_loop
from wherry.net.proxies import ProxyChoice

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Hands each connection to ``serve(reader, writer, number)``; ``seen`` are the heads that it was sent."""

    def __init__(self, serve):
        self._serve = serve
        self._connections = 0
        self._tasks = set()
        self.seen = []

    async def __call__(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        number = self._connections
        self._connections += 1
        try:
            await self._serve(self, reader, writer, number)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def request(self, reader):
        """The head of the next request."""
        head = await reader.readuntil(b"\r\n\r\n")
        self.seen.append(head)
        return head

    async def aclose(self):
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def serving(serve, ssl=None):
    """The server and its URL."""
    server = Server(serve)
    listener = await asyncio.start_server(server, "127.0.0.1", 0, ssl=ssl, backlog=1024)
    port = listener.sockets[0].getsockname()[1]
    try:
        yield server, f"{'https' if ssl else 'http'}://127.0.0.1:{port}/"
    finally:
        listener.close()
        await server.aclose()


async def drive(url, *, halt=None, targets=None, drivers=None, **given):
    """All that one worker tells of a run; ``halt`` is an event that ends it, ``drivers`` gets the driver."""
    own = {name: given.pop(name) for name in ("headers", "content") if name in given}
    sent = Sent(given.pop("method", "GET"), url, targets=targets, **own)
    given = {"connections": 1, "timeout_s": 20.0, "network": NetworkSettings(trust_env=False)} | given
    options = Options(sent, jobs=1, **given)
    with loaded(sent, ProxyChoice({}, None, None), authorization=None, inherited_authorization=None) as requests:
        return await drive_setup(Setup(options, requests, {}), halt, drivers)


async def drive_setup(setup, halt=None, drivers=None):
    """The same of a run that is made ready."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    faults = []

    def fault(_loop, context):
        faults.append(context.get("exception") or context["message"])
        over.set()

    loop.set_exception_handler(fault)
    driver = setup.driver(0, perf_counter_ns(), {}, over.set)
    if drivers is not None:
        drivers.append(driver)
    driver.start()
    if halt is not None:
        await halt.wait()
        driver.halt()
    await over.wait()
    assert not faults
    told = driver.take()
    assert not driver.callers
    assert told["sent"] == told["answered"] + told["failed"] + told["cut"], told
    assert told["failed"] == sum(failure.count for failure in told["failures"])
    assert sum(count for _, count in told["latency"]) == told["answered"] + told["failed"]
    return told


@pytest.fixture(params=[fast_event_loop, asyncio.new_event_loop], ids=["fast", "asyncio"])
def run(request):
    """Runs a coroutine function in each kind of loop."""

    def run(main):
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(main())

    return run


@pytest.fixture
def closed_port():
    """``host:port`` where nobody listens, and nobody else can as long as the test runs."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"
