"""A server on 127.0.0.1 and a client that sends raw bytes, on each event loop wherry may run on."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from wherry.loop import fast_event_loop
from wherry.net.h1.server import Server

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable, Coroutine

    from wherry.net.h1.exchange import Exchange
    from wherry.net.h1.limits import Limits

TEXT = (("content-type", "text/plain"),)
_HANG_S = 30  # only a hang takes that long


@dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    version: str = "HTTP/1.1"

    def header(self, name: str) -> str | None:
        values = [value for other, value in self.headers if other.lower() == name]
        assert len(values) < 2, f"{name} is given twice"
        return values[0] if values else None


@dataclass
class Client:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def answer(self, *, head: bool = False) -> Answer:
        """The next answer; ``head``: its request was HEAD."""
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
        version, status, _ = lines[0].split(" ", 2)
        pairs = [line.split(": ", 1) for line in lines[1:]]
        answer = Answer(int(status), [(name, value) for name, value in pairs], b"", version)
        if answer.status >= 200 and answer.status not in (204, 304) and not head:
            answer.body = await self._body(answer)
        return answer

    async def _body(self, answer: Answer) -> bytes:
        if answer.header("transfer-encoding") == "chunked":
            assert answer.header("content-length") is None
            body = b""
            while size := int(await self.reader.readuntil(b"\r\n"), 16):
                body += await self.reader.readexactly(size)
                assert await self.reader.readexactly(2) == b"\r\n"
            assert await self.reader.readexactly(2) == b"\r\n"
            return body
        if (length := answer.header("content-length")) is not None:
            return await self.reader.readexactly(int(length))
        return await self.reader.read()

    async def ask(self, data: bytes) -> Answer:
        await self.send(data)
        return await self.answer(head=data.startswith(b"HEAD"))

    async def rest(self) -> bytes:
        """What comes until the server closes; a reset raises ConnectionResetError."""
        return await self.reader.read()

    def half_close(self) -> None:
        self.writer.write_eof()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


@dataclass
class Served:
    """A server in the test's own loop, with what it logged and the exchanges that are over."""

    server: Server
    port: int
    tls: ssl.SSLContext | None = None
    logged: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    over: list[Exchange] = field(default_factory=list)
    clients: list[Client] = field(default_factory=list)

    async def client(self) -> Client:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self.tls, limit=2**20)
        client = Client(reader, writer)
        self.clients.append(client)
        return client


def hello(exchange: Exchange) -> None:
    """Answers with the method and the target."""
    exchange.respond(200, TEXT, f"{exchange.request.method} {exchange.request.target}".encode())


def echo(exchange: Exchange) -> None:
    """Answers with the request's body."""

    async def answer() -> None:
        exchange.respond(200, TEXT, await exchange.read_body(2**20))

    exchange.spawn(answer())


@contextlib.asynccontextmanager
async def serving(
    handler: Callable[[Exchange], None] = hello,
    limits: Limits | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    client_tls: ssl.SSLContext | None = None,
) -> AsyncIterator[Served]:
    served: Served
    over: list[Exchange] = []

    class Log:
        def error(self, message: str, **fields: Any) -> None:
            served.logged.append((message, fields))

        debug = error

    server = Server(handler, limits, Log(), done=over.append)
    [(_, port)] = await server.listen("127.0.0.1", 0, tls)
    served = Served(server, port, client_tls, over=over)
    try:
        async with asyncio.timeout(_HANG_S):
            yield served
    finally:
        for client in served.clients:
            await client.close()
        await server.drain(0)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        assert not left, f"tasks left behind: {left}"
        assert server.connections == 0


class Rig:
    """What a test of the server needs; ``run`` brings its coroutine to an end."""

    hello = staticmethod(hello)
    echo = staticmethod(echo)
    serving = staticmethod(serving)
    text = TEXT

    def __init__(self, factory: Callable[[], asyncio.AbstractEventLoop]) -> None:
        self.loop_factory = factory

    def run(self, main: Coroutine[Any, Any, None]) -> None:
        with asyncio.Runner(loop_factory=self.loop_factory) as runner:
            runner.run(main)


@pytest.fixture(params=["uvloop", "asyncio"])
def rig(request: pytest.FixtureRequest) -> Rig:
    """On wherry's loop and on plain asyncio's."""
    return Rig(fast_event_loop if request.param == "uvloop" else asyncio.new_event_loop)
