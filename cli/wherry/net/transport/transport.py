"""The httpx transport of the house."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from wherry.core.quantity import format_duration
from wherry.errors import UsageError, WherryError
from wherry.net.h1.client.pool import Pool, PoolLimits
from wherry.net.transport.asked import Asked
from wherry.net.transport.errors import in_httpx
from wherry.net.transport.timing import Timing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from wherry.net.address import Address
    from wherry.net.h1.client import exchange as h1
    from wherry.net.h2 import exchange as h2
    from wherry.net.h2.pool import Http2Pool
    from wherry.net.network import Network

    Exchange: TypeAlias = h1.Exchange | h2.Exchange

_DEFAULT_LIMITS: Final = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=5.0)
# The extensions of a request and a response by which `engine` speaks to this transport.
TRACE: Final = "wherry.trace"
EXCHANGE: Final = "wherry.exchange"
_FOR_EVER_S: Final = 365 * 24 * 3600.0  # loops take no infinite delay
_EXTRA_INFO: Final = {
    "ssl_object": "ssl_object", "server_addr": "peername", "client_addr": "sockname", "socket": "socket"
}  # fmt: skip


class Transport(httpx.AsyncBaseTransport):
    """Requests over wherry's connections: names, proxies, trust and addresses are those of ``network``.

    ``http2`` offers HTTP/2 to https servers. ``unix_socket`` is connected to, whatever the URL; ``address`` in place of
    the first request's host. It belongs to the event loop that it is first used in.

    Of httpx's extensions it knows ``timeout`` and ``target`` of a request, and gives ``http_version``,
    ``reason_phrase`` and ``network_stream`` (to be asked, not to be read). A failure's cause is a NetFailure; one of
    what the user configured (a CA file that cannot be read) is a UsageError.
    """

    def __init__(
        self,
        network: Network,
        *,
        http2: bool = False,
        unix_socket: str | None = None,
        address: Address | None = None,
        limits: httpx.Limits = _DEFAULT_LIMITS,
    ) -> None:
        self._pool: Pool | Http2Pool
        if http2:
            from wherry.net.h2.pool import Http2Pool

            self._pool = Http2Pool(network, unix_socket, address, _pool_limits(limits))
        else:
            self._pool = Pool(network, unix_socket, address, _pool_limits(limits))
        self._under_way: set[Timing] = set()
        self._open: set[Download] = set()
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._closed:
            raise RuntimeError("the transport is closed")
        timeouts: Mapping[str, float | None] = request.extensions.get("timeout", {})
        try:
            exchange = await self._start(request, timeouts)
        except UsageError:
            raise
        except WherryError as exc:
            raise in_httpx(exc) from exc
        download = Download(exchange, timeouts.get("read"), self._open.discard)
        self._open.add(download)
        extensions = {
            "http_version": b"HTTP/" + exchange.version.encode(),
            "network_stream": NetworkStream(exchange),
            EXCHANGE: exchange,
        }
        if exchange.version != "2":  # which has none; httpx then names the status itself
            extensions["reason_phrase"] = exchange.reason
        return httpx.Response(exchange.status, headers=exchange.fields, stream=download, extensions=extensions)

    async def _start(self, request: httpx.Request, timeouts: Mapping[str, float | None]) -> Exchange:
        """Send ``request`` and wait for the head of its response."""
        if (trace := request.extensions.get(TRACE)) is not None:
            return await self._pool.start(Asked(request, None), trace)
        timing = Timing(timeouts)
        self._under_way.add(timing)
        try:
            async with timing:
                return await self._pool.start(Asked(request, timing), timing)
        finally:
            self._under_way.discard(timing)

    async def aclose(self) -> None:
        """Close all connections. What is under way fails with httpx.ReadError. Idempotent."""
        self._closed = True
        for timing in self._under_way:
            timing.stop()
        for download in [*self._open]:
            await download.stop()
        await self._pool.aclose()


class Download(httpx.AsyncByteStream):
    """The body of a response; each piece is waited for at most ``bound_s`` seconds. ``closed`` is called with it."""

    def __init__(self, exchange: Exchange, bound_s: float | None, closed: Callable[[Download], None]) -> None:
        self._exchange = exchange
        self._bound_s = bound_s
        self._closed = closed
        self._stopped = False
        self._timer: asyncio.Timeout | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = self._exchange.body()
        try:
            while piece := await self._next(pieces):
                yield piece
        except BaseException:
            await self.aclose()
            raise

    async def _next(self, pieces: AsyncIterator[bytes]) -> bytes:
        """The next piece, ``b""`` at the end."""
        try:
            if self._exchange.arrived and not self._stopped:
                return await anext(pieces, b"")
            async with asyncio.timeout(0 if self._stopped else self._bound_s) as self._timer:
                return await anext(pieces, b"")
        except TimeoutError:
            if self._timer is None or not self._timer.expired():
                raise
            if self._stopped or self._bound_s is None:
                raise httpx.ReadError("the transport was closed") from None
            words = f"timed out after {format_duration(self._bound_s)} while receiving the response"
            raise httpx.ReadTimeout(words) from None
        except WherryError as exc:
            raise in_httpx(exc) from exc
        finally:
            self._timer = None

    async def stop(self) -> None:
        """Let what is read of it fail, now or later."""
        self._stopped = not self._exchange.arrived
        if self._timer is not None:
            self._timer.reschedule(0)  # whoever reads lets go of the exchange
        else:
            await self.aclose()

    async def aclose(self) -> None:
        self._closed(self)
        await self._exchange.aclose()


class NetworkStream:
    """The connection of a response as httpx hands it out, to be asked."""

    def __init__(self, exchange: Exchange) -> None:
        self._connection = exchange.stream

    def get_extra_info(self, info: str) -> Any:
        """``ssl_object``, ``server_addr``, ``client_addr`` or ``socket``; None for others and without a connection."""
        transport = self._connection.transport if self._connection is not None else None
        name = _EXTRA_INFO.get(info)
        return None if transport is None or name is None else transport.get_extra_info(name)


def _pool_limits(limits: httpx.Limits) -> PoolLimits:
    idle, idle_s = limits.max_keepalive_connections, limits.keepalive_expiry
    return PoolLimits(
        connections=limits.max_connections,
        idle=sys.maxsize if idle is None else idle,
        idle_s=_FOR_EVER_S if idle_s is None else idle_s,
    )
