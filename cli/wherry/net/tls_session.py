"""A TLS session over memory buffers, shaken hands and read by who awaits."""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from wherry.net.secured import Secured

if TYPE_CHECKING:
    import asyncio


class Layer(Protocol):
    """What a stream, or a TLS session, runs on."""

    async def receive(self, limit: int) -> bytes: ...

    def send(self, data: bytes) -> None: ...

    def quiet(self) -> bool: ...

    def finish(self) -> None: ...

    def hand_over(self, protocol: asyncio.Protocol) -> None: ...


class Session:
    """A TLS session over whatever is below."""

    def __init__(self, below: Layer, context: ssl.SSLContext, server_name: str | None) -> None:
        self._below = below
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.first = b""
        self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    async def handshake(self) -> None:
        while True:
            try:
                self.object.do_handshake()
                return
            except ssl.SSLWantReadError:
                self._flush()
                await self._feed()
            finally:
                self._flush()

    async def receive(self, limit: int) -> bytes:
        while True:
            try:
                return self.object.read(limit)
            except ssl.SSLWantReadError:
                self._flush()
                await self._feed()
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLEOFError:
                # Most servers just hang up. Whether the message was whole, its own framing tells.
                return b""

    def send(self, data: bytes) -> None:
        if data:
            self.object.write(data)
            self._flush()

    def quiet(self) -> bool:
        try:
            self.object.read(1)
        except ssl.SSLWantReadError:
            return self._below.quiet()
        except ssl.SSLError:
            return False
        return False

    def finish(self) -> None:
        """Say that nothing follows, so that the peer can tell the end from an accident."""
        with suppress(ValueError, OSError):  # it waits for the peer's own farewell, which we do not
            self.object.unwrap()
        self._flush()
        self._below.finish()

    def hand_over(self, protocol: asyncio.Protocol) -> None:
        self._below.hand_over(Secured(self.object, self._incoming, self._outgoing, protocol))

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._below.send(self._outgoing.read())

    async def _feed(self) -> None:
        data = await self._below.receive(65536)
        self.first = self.first or data[:16]
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()
