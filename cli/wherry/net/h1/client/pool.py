"""HTTP/1.1 connections that are kept open between requests."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from wherry.core.record import Record
from wherry.core.retry import IDEMPOTENT_METHODS
from wherry.net.failure import NetFailure
from wherry.net.h1.client.carrier import Carrier
from wherry.net.h1.client.exchange import Exchange
from wherry.net.h1.client.opening import Origin, open_connection
from wherry.net.stream import readable

if TYPE_CHECKING:
    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.network import Network
    from wherry.net.outgoing import Outgoing

# TLS, host, port and proxy; or only the proxy, where that is what requests are sent to.
_Key: TypeAlias = "tuple[Any, ...]"


class PoolLimits(Record):
    """How many connections a pool may have; None is no limit.

    ``connections`` in all, ``per_origin`` to one origin; who would need one more waits. ``idle`` are kept open, each is
    an open file here and at the server, and a process has 1024 as a rule; for ``idle_s`` seconds.
    """

    connections: int | None = None
    per_origin: int | None = None
    idle: int = 256
    idle_s: float = 90.0


class Pool:
    """Connections by origin; the one that served last serves next, so that as few as possible are kept busy.

    A pool is for one Network, and one Unix socket if any: what differs in trust, proxies or socket has another.
    ``address`` is connected to in place of the first request's host.
    """

    def __init__(
        self,
        network: Network,
        unix_socket: str | None = None,
        address: Address | None = None,
        limits: PoolLimits | None = None,
    ) -> None:
        self._network = network
        self._unix_socket = unix_socket
        self._address = address
        self._limits = limits or PoolLimits()
        self._pinned_host: str | None = None
        self._closed = False
        # By origin, that used last standing last; of each the connections that are idle, the last one again last.
        self._idle: dict[_Key, list[Carrier]] = {}
        self._kept = 0
        # Those in use, idle, or being opened. What waits for one is served as soon as it can be: whoever comes and
        # finds one, takes it from nobody.
        self._open: dict[_Key, int] = {}
        self._opened = 0
        self._waiting: dict[asyncio.Future[Carrier | None], _Key] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._closing: list[Carrier] = []

    async def start(self, outgoing: Outgoing, trace: Trace) -> Exchange:
        """Send ``outgoing`` and wait for the head of its response. Raises NetFailure."""
        if self._pinned_host is None:
            self._pinned_host = outgoing.host
        proxy = None if self._unix_socket else self._network.proxy(outgoing.scheme, outgoing.host, outgoing.port)
        if proxy is None or outgoing.tls:
            key = (outgoing.tls, outgoing.host, outgoing.port, proxy)
            data = outgoing.head()
        else:
            key = (False, "", 0, proxy)
            authorization = proxy.authorization
            extra = (("Proxy-Authorization", authorization.reveal()),) if authorization is not None else ()
            data = outgoing.head(absolute=True, extra=extra)
        while True:
            carrier = self._take(key)
            if carrier is None and not self._reserve(key):
                carrier = await self._wait(key, trace)
            if carrier is None or carrier.closed:  # as it may have been since it was handed over
                carrier = await self._dial(key, outgoing, trace)
            exchange = Exchange(carrier, trace, self._put_back)
            try:
                await exchange.begin(data, outgoing)
            except BaseException as exc:
                await exchange.aclose()
                # The server may have closed it just as we sent: no fault of anybody's (RFC 9112 section 9.3.1).
                again = isinstance(exc, NetFailure) and carrier.outdated and outgoing.method in IDEMPOTENT_METHODS
                if not again:
                    raise
            else:
                return exchange

    async def aclose(self) -> None:
        """Close what is idle; what is in use is closed when its exchange is."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        while self._kept:
            self._forget()
        closing, self._closing = self._closing, []
        for carrier in closing:
            await carrier.aclose()

    async def _dial(self, key: _Key, outgoing: Outgoing, trace: Trace) -> Carrier:
        address = self._address if outgoing.host == self._pinned_host else None
        origin = Origin(outgoing.tls, outgoing.host, outgoing.port, self._unix_socket or "", address, key[-1])
        try:
            return await open_connection(self._network, origin, trace, partial(Carrier, key, self._ended_idle))
        except BaseException:
            self._count(key, -1)
            self._serve()
            raise

    # Which connection

    def _take(self, key: _Key) -> Carrier | None:
        """The connection that was used last and is still open."""
        idle = self._idle.get(key)
        while idle:
            carrier = idle.pop()
            self._kept -= 1
            if not idle:
                del self._idle[key]
            if not readable(carrier.transport):
                return carrier
            self._close(carrier)
        return None

    def _reserve(self, key: _Key) -> bool:
        """Count a connection that is going to be opened, where the limits allow one."""
        limits = self._limits
        if limits.per_origin is not None and self._open.get(key, 0) >= limits.per_origin:
            return False
        if limits.connections is not None and self._opened >= limits.connections:
            if not self._kept:
                return False
            self._forget()
        self._count(key, 1)
        return True

    async def _wait(self, key: _Key, trace: Trace) -> Carrier | None:
        """A connection that somebody gives back; None when one may be opened, which is counted already."""
        trace.detail = "waiting for a free connection"
        waiter: asyncio.Future[Carrier | None] = asyncio.get_running_loop().create_future()
        self._waiting[waiter] = key
        try:
            return await waiter
        except asyncio.CancelledError:
            if self._waiting.pop(waiter, None) is None:  # it was served, too late
                if (carrier := waiter.result()) is not None:
                    self._offer(carrier)
                else:
                    self._count(key, -1)
                    self._serve()
            raise

    def _serve(self) -> None:
        """Let those who wait have what has become free, the longest waiting first."""
        for waiter, key in [*self._waiting.items()]:
            if waiter.done():  # cancelled; its task will see to it
                continue
            carrier = self._take(key)
            if carrier is not None or self._reserve(key):
                del self._waiting[waiter]
                waiter.set_result(carrier)

    # Connections that are given back

    async def _put_back(self, carrier: Carrier) -> None:
        if carrier.reusable and not self._closed:
            self._offer(carrier)
        else:
            self._count(carrier.key, -1)
            self._serve()
            await carrier.aclose()

    def _offer(self, carrier: Carrier) -> None:
        """Give the connection to who waits for it, or keep it for the next request."""
        key = carrier.key
        for waiter, wanted in self._waiting.items():
            if wanted == key and not waiter.done():
                del self._waiting[waiter]
                waiter.set_result(carrier)
                return
        idle = self._idle.pop(key, [])
        idle.append(carrier)
        self._idle[key] = idle
        self._kept += 1
        loop = asyncio.get_running_loop()
        carrier.idle_since = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._limits.idle_s, self._expire)
        if self._kept > self._limits.idle:
            self._forget()
        if self._waiting:
            self._serve()

    def _ended_idle(self, carrier: Carrier) -> None:
        """The server has closed a connection that nobody used."""
        idle = self._idle.get(carrier.key, [])
        if carrier in idle:
            idle.remove(carrier)
            self._kept -= 1
            if not idle:
                del self._idle[carrier.key]
            self._close(carrier)
            self._serve()

    def _expire(self) -> None:
        """Close what has been idle for too long, and look again when the next one will have been."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for key, idle in [*self._idle.items()]:
            while idle and idle[0].idle_since + self._limits.idle_s <= now:
                self._forget(key)
        left = [idle[0].idle_since for idle in self._idle.values()]
        self._timer = loop.call_at(min(left) + self._limits.idle_s, self._expire) if left else None

    def _forget(self, key: _Key | None = None) -> None:
        """Close what has been idle for longest of an origin, by default of the one that was not used for longest."""
        key = next(iter(self._idle)) if key is None else key
        idle = self._idle[key]
        carrier = idle.pop(0)
        self._kept -= 1
        if not idle:
            del self._idle[key]
        self._close(carrier)

    def _close(self, carrier: Carrier) -> None:
        self._count(carrier.key, -1)
        carrier.close()
        self._closing = [other for other in (*self._closing, carrier) if other.transport is not None]

    def _count(self, key: _Key, change: int) -> None:
        self._opened += change
        count = self._open.get(key, 0) + change
        if count:
            self._open[key] = count
        else:
            del self._open[key]
