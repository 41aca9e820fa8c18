"""Names are looked up once, before a run begins: what is measured is a server, and not a resolver."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from wherry.core.trace import Phase, Trace
from wherry.net.address import ascii_host, literal
from wherry.net.failure import NetFailure, bounded
from wherry.net.race import connect_first

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.commands.load.targets.prepared import Origin
    from wherry.net.network import Network


async def look_up(network: Network, origins: Iterable[Origin], timeout_s: float) -> dict[str, list[str]]:
    """The addresses of each host that connections go to, by name; a proxy's where there is one.

    Of several the one that is connected to first (Happy Eyeballs) is taken for all connections of the run; where none
    can be, all are left to be tried. Raises NetFailure for a name that has none.
    """
    places = {}
    for origin in origins:
        if origin.unix_socket is None:
            host, port = (origin.host, origin.port) if origin.proxy is None else (origin.proxy.host, origin.proxy.port)
            if literal(host) is None:
                places[ascii_host(host).lower().rstrip(".")] = port
    found = await asyncio.gather(*(_addresses(network, host, port, timeout_s) for host, port in places.items()))
    return dict(zip(places, found, strict=True))


async def _addresses(network: Network, host: str, port: int, timeout_s: float) -> list[str]:
    trace = Trace(time.monotonic)
    async with bounded(asyncio.get_running_loop().time() + timeout_s, trace):
        trace.begin(Phase.DNS, host)
        addresses = await network.addresses(host, port)
    if len(addresses) > 1:
        with suppress(NetFailure):
            async with bounded(asyncio.get_running_loop().time() + timeout_s, trace):
                connected, first = await connect_first(addresses, f"{host}:{port}")
                connected.close()
                return [first.ip]
    return [address.ip for address in addresses]
