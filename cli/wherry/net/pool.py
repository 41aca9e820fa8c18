"""HTTP/1.1 connections that are kept open between requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from wherry.core.retry import IDEMPOTENT_METHODS
from wherry.net.dial import Place, dial, dial_proxy
from wherry.net.failure import NetFailure, Reason
from wherry.net.http1 import Head, Http1

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.network import Network
    from wherry.net.outgoing import Outgoing
    from wherry.net.proxies import Proxy
    from wherry.net.stream import Stream

# Each is an open file, here and at the server. A process has 1024 as a rule.
_MOST_IDLE: Final = 256

_Key: TypeAlias = "tuple[bool, str, int]"


class Pool:
    """Connections by origin; one that served an exchange to its end serves the next."""

    def __init__(self, network: Network, unix_socket: str | None, address: Address | None) -> None:
        self._network = network
        self._unix_socket = unix_socket
        self._address = address
        self._pinned_host: str | None = None
        self._idle: dict[_Key, list[Http1]] = {}
        self._kept = 0

    async def start(self, outgoing: Outgoing, trace: Trace) -> PooledExchange:
        """Send ``outgoing`` and read the response's head. Raises NetFailure."""
        if self._pinned_host is None:
            self._pinned_host = outgoing.host
        proxy = None if self._unix_socket else self._network.proxy(outgoing.scheme, outgoing.host, outgoing.port)
        key = (outgoing.tls, outgoing.host, outgoing.port)
        if (connection := await self._take(key)) is not None:
            try:
                return await self._exchange(connection, key, outgoing, proxy, trace)
            except NetFailure as exc:
                # The server may have closed it just as we sent: no fault of anybody's (RFC 9112 section 9.3.1).
                lost = exc.reason in (Reason.CLOSED, Reason.RESET) and not connection.answered
                if not lost or outgoing.method not in IDEMPOTENT_METHODS:
                    raise
        connection = Http1(await self._dial(outgoing, proxy, trace))
        return await self._exchange(connection, key, outgoing, proxy, trace)

    async def _exchange(
        self, connection: Http1, key: _Key, outgoing: Outgoing, proxy: Proxy | None, trace: Trace
    ) -> PooledExchange:
        forwarded = proxy is not None and not outgoing.tls
        extra: tuple[tuple[str, str], ...] = ()
        if forwarded and proxy is not None and proxy.authorization is not None:
            extra = (("Proxy-Authorization", proxy.authorization.reveal()),)
        try:
            head = await connection.send(
                outgoing.head(absolute=forwarded, extra=extra),
                outgoing.method,
                outgoing.body,
                chunked=outgoing.chunked,
                trace=trace,
                peer=outgoing.authority,
            )
        except BaseException as exc:
            await connection.stream.aclose()
            if isinstance(exc, NetFailure) and exc.phase is None:
                exc.phase = trace.phase
            raise
        return PooledExchange(self, key, connection, head, trace)

    async def _dial(self, outgoing: Outgoing, proxy: Proxy | None, trace: Trace) -> Stream:
        place = Place(outgoing.host, outgoing.port, tls=outgoing.tls)
        if self._unix_socket:
            place = Place(outgoing.host, outgoing.port, self._unix_socket, tls=outgoing.tls)
        elif proxy is not None and not outgoing.tls:
            return await dial_proxy(self._network, proxy, trace)
        address = self._address if outgoing.host == self._pinned_host else None
        alpn = ("http/1.1",) if outgoing.tls else ()
        return await dial(self._network, place, trace, address, alpn=alpn, scheme=outgoing.scheme)

    async def _take(self, key: _Key) -> Http1 | None:
        """The connection that was used last and is still open."""
        idle = self._idle.get(key, [])
        while idle:
            connection = idle.pop()
            self._kept -= 1
            if not idle:
                del self._idle[key]
            if connection.stream.quiet():
                return connection
            await connection.stream.aclose()
        return None

    async def put_back(self, key: _Key, connection: Http1) -> None:
        """Keep ``connection`` for the next request, or close it where it cannot serve one."""
        if not connection.reusable:
            await connection.stream.aclose()
            return
        # The origin that was used last stands last, and the connection that was used last within it.
        idle = self._idle.pop(key, [])
        idle.append(connection)
        self._idle[key] = idle
        self._kept += 1
        if self._kept > _MOST_IDLE:
            oldest = next(iter(self._idle))
            await self._forget(oldest)

    async def _forget(self, key: _Key) -> None:
        """Close the connection of an origin that has been idle for longest."""
        connection = self._idle[key].pop(0)
        self._kept -= 1
        if not self._idle[key]:
            del self._idle[key]
        await connection.stream.aclose()

    async def aclose(self) -> None:
        """Close what is idle; what is in use, its exchange closes."""
        idle, self._idle, self._kept = self._idle, {}, 0
        for connections in idle.values():
            for connection in connections:
                await connection.stream.aclose()


class PooledExchange:
    """One exchange on a connection of the pool."""

    def __init__(self, pool: Pool, key: _Key, connection: Http1, head: Head, trace: Trace) -> None:
        self._pool = pool
        self._key = key
        self._connection = connection
        self._trace = trace
        self._closed = False
        self.head = head

    @property
    def stream(self) -> Stream:
        """The connection."""
        return self._connection.stream

    @property
    def arrived(self) -> bool:
        """Whether the whole response is here."""
        return self._connection.arrived

    def body(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises NetFailure."""
        return self._connection.body(self._trace)

    async def aclose(self) -> None:
        """Give the connection back; one whose response was not read to its end is closed."""
        if not self._closed:
            self._closed = True
            await self._pool.put_back(self._key, self._connection)
