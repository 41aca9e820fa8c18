"""An HTTP/1.1 server on a socket of 127.0.0.1 that answers by a function, and misbehaves once for each fault told."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from wherry.commands.release.forges.calling import Caller
from wherry.core.network import NetworkSettings
from wherry.core.retry import RetryPolicy
from wherry.core.scope import Scope
from wherry.net.http import Client
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LOST = "lost"
"""The request is obeyed, and the connection closed without an answer."""
CUT = "cut"
"""The connection is closed in the middle of the request's body, which is not obeyed."""


@dataclass
class Asked:
    """A request; ``path`` is as it was sent, ``names`` are its parts, decoded; ``headers`` are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""

    @property
    def names(self) -> list[str]:
        return [unquote(part) for part in self.path.strip("/").split("/")]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Answer:
    status: int
    document: object = None
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self, *, head: bool) -> bytes:
        body, headers = self.body, dict(self.headers)
        if self.document is not None:
            body, headers = json.dumps(self.document).encode(), {"Content-Type": "application/json", **headers}
        if self.status not in (204, 304) and "Transfer-Encoding" not in headers:
            headers.setdefault("Content-Length", str(len(body)))
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            *(f"{name}: {value}" for name, value in headers.items()),
            "",
            "",
        ]
        return "\r\n".join(lines).encode() + (b"" if head else body)


@dataclass
class Small:
    """``asked`` are all requests in the order of their arrival; ``faults`` are used up one by one.

    ``most`` is how many were under way at once at most.
    """

    answer: Callable[[Asked], Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[tuple[str, str | int]] = field(default_factory=list)
    most: int = 0
    watch: Callable[[], None] | None = None
    """Called when a request has come, and once more when it is obeyed and not answered yet."""
    _under_way: int = 0

    @property
    def lines(self) -> list[str]:
        return [f"{each.method} {each.path}" for each in self.asked]

    def fault_of(self, asked: Asked) -> str | int | None:
        for number, (pattern, fault) in enumerate(self.faults):
            if re.search(pattern, f"{asked.method} {asked.path}"):
                del self.faults[number]
                return fault
        return None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.rstrip().split("\r\n")
        method, target, _ = first.split(" ")
        parts = urlsplit(target)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        asked = Asked(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
        self.asked.append(asked)
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        try:
            return await self._answer(asked, reader, writer)
        finally:
            self._under_way -= 1

    async def _answer(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        fault = self.fault_of(asked)
        length = int(asked.headers.get("content-length", "0"))
        if fault == CUT:
            await reader.readexactly(length // 2)
            return False
        asked.body = await reader.readexactly(length)
        if self.watch is not None:
            self.watch()
        answer = Answer(fault, {"message": "on purpose"}) if isinstance(fault, int) else self.answer(asked)
        if self.watch is not None:
            self.watch()
        if fault == LOST:
            return False
        writer.write(answer.encode(head=asked.method == "HEAD"))
        await writer.drain()
        return answer.headers.get("Connection") != "close"


@asynccontextmanager
async def serving(answer: Callable[[Asked], Answer]) -> AsyncIterator[Small]:
    small = Small(answer)
    server = await asyncio.start_server(small.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    small.url = f"http://127.0.0.1:{port}"
    async with server:
        yield small


@asynccontextmanager
async def calling(*headers: tuple[str, str], said: list[str] | None = None) -> AsyncIterator[Caller]:
    """A caller without waits between its four attempts."""
    async with Client(Network(NetworkSettings(trust_env=False), {})) as client:
        yield Caller(
            client,
            Scope(),
            headers=headers,
            policy=RetryPolicy(retries=3, base_s=0.0),
            timeout_s=60.0,
            say=(said if said is not None else []).append,
        )
