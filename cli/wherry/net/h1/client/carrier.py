"""A connection that carries exchanges for those who await them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from wherry.net.awaited import wake
from wherry.net.h1.client.connection import ClientConnection

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from wherry.net.address import Address
    from wherry.net.failure import NetFailure
    from wherry.net.h1.client.exchange import Exchange


class Carrier(ClientConnection):
    """Tells the ``exchange`` that is under way what comes of its response; there is none while the connection is idle.

    ``key`` says whom it is for, ``peer`` is the address that it goes to, None for a Unix socket, and ``ssl_object`` the
    TLS session, None without TLS; both stay when it is closed. ``ended_idle`` is called when it ends while nobody uses
    it, which has been so since ``idle_since`` on the loop's clock.
    """

    __slots__ = (
        "_ended_idle", "_lost", "_writer", "_writing_paused", "exchange", "idle_since", "key", "peer", "ssl_object",
    )  # fmt: skip

    remembers: ClassVar[bool] = False

    def __init__(self, key: tuple[object, ...], ended_idle: Callable[[Carrier], None], peer: Address | None) -> None:
        super().__init__()
        self.key = key
        self.peer = peer
        self.ssl_object: ssl.SSLObject | None = None
        self.exchange: Exchange | None = None
        self.idle_since = 0.0
        self._ended_idle = ended_idle
        self._writer: asyncio.Future[None] | None = None
        self._writing_paused = False
        self._lost: asyncio.Future[None] | None = None

    def pause_reading(self) -> None:
        """Receive nothing more for now."""
        if self.transport is not None:
            self.transport.pause_reading()

    def resume_reading(self) -> None:
        """Receive again."""
        if self.transport is not None:
            self.transport.resume_reading()

    async def drain(self) -> None:
        """Wait until more may be written, or nothing need be any more."""
        if self._writing_paused and not self.closed:
            self._writer = asyncio.get_running_loop().create_future()
            try:
                await self._writer
            finally:
                self._writer = None

    async def aclose(self) -> None:
        """Close the connection, if it is open, and wait until it is closed."""
        self.close()
        if self.transport is not None:
            if self._lost is None:
                self._lost = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._lost)

    # asyncio's callbacks

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.ssl_object = transport.get_extra_info("ssl_object")

    def pause_writing(self) -> None:
        self._writing_paused = True

    def resume_writing(self) -> None:
        self._writing_paused = False
        wake(self._writer)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        wake(self._lost)

    # The parser's callbacks, and what the connection tells

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._ended and self.exchange is not None:
            self.exchange.begin_head()

    def on_status(self, data: bytes) -> None:
        if not self._ended and self.exchange is not None:
            self.exchange.reason += data

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._ended and self.exchange is not None:
            self.exchange.receive_field(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        exchange = self.exchange
        if self._head_done and exchange is not None and not exchange.status:
            exchange.receive_head(self.status, self._parser.get_http_version())

    def body_received(self, data: bytes) -> None:
        if self.exchange is not None:
            self.exchange.receive_body(data)

    def response_ended(self) -> None:
        if self.exchange is not None:
            self.exchange.receive_end()
        wake(self._writer)

    def response_failed(self, failure: NetFailure) -> None:
        if self.exchange is not None:
            self.exchange.fail(failure)
        wake(self._writer)

    def connection_ended(self) -> None:
        if self.exchange is None:
            self._ended_idle(self)
