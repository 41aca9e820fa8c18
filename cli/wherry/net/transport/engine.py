"""wherry's client over httpx: each exchange goes through an httpx.AsyncClient and this package's transport."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

from wherry.errors import UsageError, WherryError
from wherry.net.transport.asked import Content
from wherry.net.transport.transport import EXCHANGE, TRACE, Transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.engine import Exchange
    from wherry.net.network import Network
    from wherry.net.outgoing import Outgoing


class HttpxEngine:
    """Exchanges over httpx: HTTP/2 where a server takes it in the TLS handshake, else HTTP/1.1.

    Without time-outs: the caller's deadline cancels.
    """

    def __init__(self, network: Network, unix_socket: str | None, address: Address | None) -> None:
        unlimited = httpx.Limits(max_connections=None, max_keepalive_connections=256, keepalive_expiry=90.0)
        transport = Transport(network, http2=True, unix_socket=unix_socket, address=address, limits=unlimited)
        self._client = httpx.AsyncClient(transport=transport, trust_env=False, timeout=httpx.Timeout(None))

    async def start(self, outgoing: Outgoing, trace: Trace) -> HttpxExchange:
        """Send ``outgoing`` and read the response's head. Raises NetFailure, and UsageError for a URL."""
        try:
            request = httpx.Request(
                outgoing.method,
                f"{outgoing.scheme}://{outgoing.authority}/",
                headers=[(name.encode(), value.encode("utf-8", "surrogateescape")) for name, value in outgoing.headers],
                stream=httpx.ByteStream(b"") if outgoing.body is None else Content(outgoing.body),
                extensions={"target": outgoing.target.encode(), TRACE: trace},
            )
        except httpx.InvalidURL as exc:
            raise UsageError(f"{outgoing.authority!r} cannot be a host: {exc}") from None
        with _ours():
            return HttpxExchange(await self._client.send(request, stream=True))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


class HttpxExchange:
    """One exchange of httpx: its response, and ours below it."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        exchange: Exchange = response.extensions[EXCHANGE]
        self._exchange = exchange
        self.head = exchange.head
        self.stream = exchange.stream

    @property
    def arrived(self) -> bool:
        """Whether the whole response is here."""
        return self._exchange.arrived

    async def body(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises NetFailure."""
        with _ours():
            async for piece in self._response.aiter_raw():
                yield piece

    async def aclose(self) -> None:
        """Let go of the response."""
        await self._response.aclose()


@contextmanager
def _ours() -> Iterator[None]:
    """Raise what the transport's exceptions were made of."""
    try:
        yield
    except httpx.TransportError as exc:
        if isinstance(exc.__cause__, WherryError):
            raise exc.__cause__ from exc.__cause__.__cause__
        raise
