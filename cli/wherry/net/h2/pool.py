"""Connections to https servers that speak HTTP/2 where they take it in the TLS handshake (ALPN), else HTTP/1.1."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from wherry.core.retry import IDEMPOTENT_METHODS
from wherry.core.trace import Phase
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason
from wherry.net.h1.client.carrier import Carrier
from wherry.net.h1.client.pool import Pool, PoolLimits
from wherry.net.h2.exchange import Exchange
from wherry.net.h2.session import Session

if TYPE_CHECKING:
    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.h1.client import exchange as h1
    from wherry.net.network import Network
    from wherry.net.outgoing import Outgoing

_Key: TypeAlias = "tuple[Any, ...]"
# So often is a request sent that servers say they have not looked at.
_MOST_TRIES: Final = 4


class Http2Pool:
    """Exchanges in HTTP/2 or HTTP/1.1, whichever an origin speaks; without TLS in HTTP/1.1.

    One connection is opened to an origin of which nothing is known, and what else goes there waits for what it turns
    out to be. Later a request waits while all connections to its origin carry as much as the server allows.
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
        self._pool = _Negotiating(network, unix_socket, address, limits)

    async def start(self, outgoing: Outgoing, trace: Trace) -> h1.Exchange | Exchange:
        """Send ``outgoing`` and wait for the head of its response. Raises NetFailure."""
        if not outgoing.tls:  # no browser and next to no server speaks HTTP/2 without TLS
            return await self._pool.start(outgoing, trace)
        proxy = None if self._unix_socket else self._network.proxy(outgoing.scheme, outgoing.host, outgoing.port)
        key = (True, outgoing.host, outgoing.port, proxy)
        tries = 0
        while True:
            tries += 1
            session = await self._pool.session(key, trace)
            if session is None:
                try:
                    return await self._pool.start(outgoing, trace)
                except _Agreed as agreed:
                    session = self._pool.taken(agreed.session)
                finally:
                    self._pool.asked(key, failed=True)
                if not session.free:  # a server may allow nothing for now
                    continue
            exchange = Exchange(session, outgoing, trace)
            try:
                await exchange.begin()
            except NetFailure:
                # A server that closes as we send is no fault of anybody's, as in HTTP/1.1.
                again = exchange.unseen or (exchange.outdated and outgoing.method in IDEMPOTENT_METHODS)
                if not again or tries == _MOST_TRIES:
                    raise
            else:
                return exchange

    async def aclose(self) -> None:
        """Close what is idle; what is in use is closed when its last exchange is."""
        await self._pool.aclose()


class _Agreed(Exception):
    """Connecting has led to an HTTP/2 connection, which is no carrier of the pool's."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session


class _Negotiating(Pool):
    """The pool of HTTP/1.1 connections; those that turn out to be HTTP/2 keep their place in its limits."""

    def __init__(
        self, network: Network, unix_socket: str | None, address: Address | None, limits: PoolLimits | None
    ) -> None:
        super().__init__(network, unix_socket, address, limits)
        self._sessions: dict[_Key, list[Session]] = {}
        self._http1: set[_Key] = set()  # origins that chose it
        self._asking: set[_Key] = set()  # origins that a first connection is being opened to
        # Who waits for room on a connection, or for what an origin speaks. True: find out for yourself.
        self._hopeful: dict[_Key, deque[asyncio.Future[bool]]] = {}
        self._unused: set[Session] = set()  # not idle, though they carry nothing yet
        self._expiring: dict[Session, asyncio.TimerHandle] = {}

    async def session(self, key: _Key, trace: Trace) -> Session | None:
        """A connection to the origin that has room; None where the caller is to open one, or it speaks HTTP/1.1."""
        first = True
        while True:
            sessions = self._sessions.get(key, [])
            for session in sessions:
                if session.free:
                    return self.taken(session)
            if not sessions and (key in self._http1 or key not in self._asking):
                if key not in self._http1:
                    self._asking.add(key)
                return None
            trace.detail = "waiting for a free connection"
            if await self._hope(key, first=first):
                return None
            first = False

    def taken(self, session: Session) -> Session:
        """``session``, which the caller uses at once."""
        self._unused.discard(session)
        if (expiring := self._expiring.pop(session, None)) is not None:
            expiring.cancel()
        return session

    async def _hope(self, key: _Key, *, first: bool) -> bool:
        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        queue = self._hopeful.setdefault(key, deque())
        if first:
            queue.append(waiter)
        else:
            queue.appendleft(waiter)  # somebody else was faster
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter in queue:
                queue.remove(waiter)
            else:
                self._wake(key)  # it was meant for somebody who has use for it
            raise

    def asked(self, key: _Key, *, failed: bool) -> None:
        """It is known what the origin speaks, or cannot be found out by this connection."""
        if key in self._asking:
            self._asking.discard(key)
            for waiter in self._hopeful.pop(key, ()):
                if not waiter.done():
                    waiter.set_result(failed)

    async def aclose(self) -> None:
        await super().aclose()
        for expiring in self._expiring.values():
            expiring.cancel()
        for session in [session for sessions in self._sessions.values() for session in sessions]:
            if not session.busy:
                await session.aclose()

    # What the pool of HTTP/1.1 connections does otherwise

    async def _dial(self, key: _Key, outgoing: Outgoing, trace: Trace) -> Carrier:
        if not outgoing.tls or key in self._http1:
            return await super()._dial(key, outgoing, trace)
        place = Place(outgoing.host, outgoing.port, self._unix_socket or "", tls=True)
        address = self._address if outgoing.host == self._pinned_host else None
        try:
            stream = await dial(self._network, place, trace, address, alpn=("h2", "http/1.1"), scheme="https")
        except BaseException:
            self._count(key, -1)
            self._serve()
            raise
        if stream.ssl_object is None or stream.ssl_object.selected_alpn_protocol() != "h2":
            self._http1.add(key)
            self.asked(key, failed=False)
            carrier = Carrier(key, self._ended_idle, stream.peer)
            stream.hand_over(carrier)
            return carrier
        session = Session(stream.peer, partial(self._changed, key))
        self._sessions.setdefault(key, []).append(session)
        self._unused.add(session)
        stream.hand_over(session)
        if session.closed:
            words = "the server closed the connection before its response was complete"
            raise NetFailure(words, reason=Reason.CLOSED, phase=Phase.FIRST_BYTE)
        self.asked(key, failed=False)
        raise _Agreed(session)

    def _reserve(self, key: _Key) -> bool:
        while not super()._reserve(key):
            idle = next(
                ((at, one) for at, ones in self._sessions.items() for one in ones if one in self._expiring), None
            )
            if idle is None:
                return False
            self._retire(*idle)
        return True

    # Sessions

    def _changed(self, key: _Key, session: Session) -> None:
        """A session has room, or is closed."""
        if session.closed:
            self._lost(key, session)
            return
        if not session.busy and session not in self._expiring and session not in self._unused:
            if self._closed or not self._limits.idle:
                self._retire(key, session)
                return
            expire = partial(self._retire, key, session)
            self._expiring[session] = asyncio.get_running_loop().call_later(self._limits.idle_s, expire)
        self._wake(key)

    def _wake(self, key: _Key) -> None:
        """Let as many go on as there is room for."""
        queue = self._hopeful.get(key)
        room = sum(session.free for session in self._sessions.get(key, ()))
        while queue and room:
            waiter = queue.popleft()
            if not waiter.done():
                waiter.set_result(False)
                room -= 1

    def _retire(self, key: _Key, session: Session) -> None:
        """Close a session that nobody uses."""
        session.close()
        self._lost(key, session)

    def _lost(self, key: _Key, session: Session) -> None:
        """A session is closed; who waited for room on it looks elsewhere."""
        self.taken(session)
        sessions = self._sessions[key]
        sessions.remove(session)
        if not sessions:
            del self._sessions[key]
            for waiter in self._hopeful.pop(key, ()):
                if not waiter.done():
                    waiter.set_result(False)
        self._count(key, -1)
        self._serve()
