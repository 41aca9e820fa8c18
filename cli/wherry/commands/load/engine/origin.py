"""Where requests go: the connections that are free there, and how others are opened."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from wherry.core.trace import Phase, Trace
from wherry.net.failure import bounded
from wherry.net.h1.client import opening

if TYPE_CHECKING:
    from collections.abc import Collection

    from wherry.commands.load.engine.caller import Caller
    from wherry.commands.load.engine.driver import Driver, Job
    from wherry.commands.load.targets import prepared
    from wherry.net.network import Network


class Origin:
    """One origin: ``idle`` are its free connections, the last one freed last; ``bound`` the requests that wait for a
    connection which is being opened for them.
    """

    def __init__(self, network: Network, place: prepared.Origin) -> None:
        self.idle: list[Caller] = []
        self.bound: deque[Job] = deque()
        self._network = network
        self._place = opening.Origin(
            place.tls, place.host, place.port, socket=place.unix_socket or "", proxy=place.proxy
        )

    def take_idle(self) -> Caller | None:
        """The connection that became free last and is still open."""
        while self.idle:
            caller = self.idle.pop()
            if not caller.closed:
                return caller
        return None

    async def connect(self, driver: Driver) -> Caller:
        """Open a connection. Raises NetFailure."""
        loop = driver.loop
        trace = Trace(loop.time)
        async with bounded(loop.time() + driver.work.timeout_s, trace):
            caller = await opening.open_connection(self._network, self._place, trace, lambda _: driver.caller(self))
        for phase, seconds in trace.seconds.items():
            if phase is not Phase.DNS:  # the name was looked up before the run began
                driver.recorder.phase(phase, seconds)
        return caller


class Origins:
    """All origins of a run."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._known: dict[prepared.Origin, Origin] = {}

    def of(self, place: prepared.Origin) -> Origin:
        """The origin at ``place``."""
        origin = self._known.get(place)
        if origin is None:
            origin = self._known[place] = Origin(self._network, place)
        return origin

    def known(self) -> Collection[Origin]:
        """Those that there were requests for."""
        return self._known.values()
