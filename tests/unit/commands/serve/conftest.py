"""Asks a handler over a real connection: a server on a free port for each question."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse

import pytest

from wherry.net.h1.limits import Limits
from wherry.net.h1.server import Server


@dataclass(frozen=True)
class Answer:
    """What came back. ``reset``: the connection ended with a reset; ``raw`` is everything that came before."""

    status: int
    headers: HTTPMessage
    body: bytes
    raw: bytes
    reset: bool

    @property
    def text(self) -> str:
        return self.body.decode()


class _Socket:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def parsed(raw: bytes, method: str, reset: bool) -> Answer:
    response = HTTPResponse(_Socket(raw), method=method)
    response.begin()
    return Answer(response.status, response.headers, response.read(), raw, reset)


async def conversation(handler, data: bytes, log=None) -> tuple[bytes, bool]:
    """Send ``data`` and read to the end."""
    server = Server(handler, Limits(), log)
    [(host, port)] = await server.listen("127.0.0.1", 0)
    try:
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(data)
        got = bytearray()
        reset = False
        try:
            while part := await reader.read(65536):
                got += part
        except ConnectionResetError:
            reset = True
        writer.close()
        return bytes(got), reset
    finally:
        await server.drain(0)


@pytest.fixture
def talk():
    """``talk(handler, data)``: the bytes that come back, and whether the end was a reset."""

    def talk(handler, data: bytes):
        return asyncio.run(conversation(handler, data))

    return talk


@pytest.fixture
def ask(talk):
    """``ask(handler, "GET", "/path", body=b"", name=value...)``; underscores in names of fields are dashes."""

    def ask(handler, method: str, target: str, body: bytes = b"", **fields: str) -> Answer:
        fields = {"host": "test", "connection": "close", **fields}
        if body:
            fields["content-length"] = str(len(body))
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        raw, reset = talk(handler, f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body)
        return parsed(raw, method, reset)

    return ask
