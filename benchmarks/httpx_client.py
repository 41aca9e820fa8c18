"""GETs through an httpx.AsyncClient, many at a time: what transport.py runs. Prints how many a second were answered.

    httpx_client.py TRANSPORT URL SECONDS CONNECTIONS

TRANSPORT is "httpx" for the client's own, "wherry" for ours. Both run on wherry's event loop.
"""

from __future__ import annotations

import asyncio
import sys
import time

import httpx

from wherry.core.network import NetworkSettings
from wherry.net.event_loop import fast_event_loop
from wherry.net.network import Network
from wherry.net.transport.transport import Transport


async def main(name: str, url: str, seconds: float, connections: int) -> float:
    """Requests per second that were answered with 200."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    transport = Transport(Network(NetworkSettings(), {}), limits=limits) if name == "wherry" else None
    async with httpx.AsyncClient(transport=transport, limits=limits, trust_env=False) as client:

        async def ask_until(end: float) -> int:
            count = 0
            while time.perf_counter() < end:
                (await client.get(url)).raise_for_status()
                count += 1
            return count

        async def all_until(end: float) -> int:
            return sum(await asyncio.gather(*[ask_until(end) for _ in range(connections)]))

        await all_until(time.perf_counter() + seconds / 4)  # every connection is open, all code is loaded
        begun = time.perf_counter()
        count = await all_until(begun + seconds)
        return count / (time.perf_counter() - begun)


if __name__ == "__main__":
    _, *words, length, many = sys.argv
    with asyncio.Runner(loop_factory=fast_event_loop) as runner:
        print(runner.run(main(words[0], words[1], float(length), int(many))))
