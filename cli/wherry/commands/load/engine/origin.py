"""Where requests go: the connections that are free there, and how others are opened."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from wherry.core.trace import Phase, Trace
from wherry.net.dial import Place, dial
from wherry.net.failure import NetFailure, Reason, bounded
from wherry.net.h1.client import opening

if TYPE_CHECKING:
    from collections.abc import Collection

    from wherry.commands.load.engine.driver import Driver
    from wherry.commands.load.engine.job import Job
    from wherry.commands.load.engine.line import Line
    from wherry.commands.load.targets import prepared
    from wherry.net.network import Network


class Origin:
    """One origin: ``idle`` are its free connections, the last one freed last; ``bound`` the requests that wait for a
    connection which is being opened for them.
    """

    def __init__(self, network: Network, place: prepared.Origin) -> None:
        self.idle: list[Line] = []
        self.bound: deque[Job] = deque()
        self._network = network
        self._place = opening.Origin(
            place.tls, place.host, place.port, socket=place.unix_socket or "", proxy=place.proxy
        )

    def take_idle(self) -> Line | None:
        """The connection that became free last and is still open."""
        while self.idle:
            caller = self.idle.pop()
            if not caller.closed:
                return caller
        return None

    async def connect(self, driver: Driver) -> Line:
        """Open a connection. Raises NetFailure."""
        loop = driver.loop
        trace = Trace(time.perf_counter)  # the loop's own clock counts milliseconds
        async with bounded(loop.time() + driver.work.timeout_s, trace):
            caller = await self._open(driver, trace)
        for phase, seconds in trace.seconds.items():
            if phase is not Phase.DNS:  # the name was looked up before the run began
                driver.recorder.phase(phase, seconds)
        return caller

    async def _open(self, driver: Driver, trace: Trace) -> Line:
        place = self._place
        if not driver.work.http2:
            return await opening.open_connection(self._network, place, trace, lambda _: driver.caller(self))
        if place.forwarded:
            raise NetFailure("HTTP/2 goes through a proxy with TLS only", reason=Reason.PROXY, broken=True)
        at = Place(place.host, place.port, place.socket, tls=place.tls)
        scheme = "https" if place.tls else "http"
        stream = await dial(self._network, at, trace, alpn=("h2",) if place.tls else (), scheme=scheme)
        if stream.ssl_object is not None and stream.ssl_object.selected_alpn_protocol() != "h2":
            await stream.aclose()
            raise NetFailure(f"{at}: the server does not speak HTTP/2", reason=Reason.PROTOCOL)
        caller = driver.stream_caller(self)
        stream.hand_over(caller)
        return caller


class Origins:
    """All origins of a run."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._known: dict[prepared.Origin, Origin] = {}

    def of(self, place: prepared.Origin) -> Origin:
        """The origin at ``place``."""
        origin = self._known.get(place)
        if origin is None:
            origin = self._known[place] = Origin(self.network, place)
        return origin

    def known(self) -> Collection[Origin]:
        """Those that there were requests for."""
        return self._known.values()
