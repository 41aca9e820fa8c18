"""GETs through wherry.net.http.Client, many at a time: what client_before_after.py runs, of one tree or another.

    engine_client.py URL SECONDS CONNECTIONS

Prints how many a second were answered. Which wherry, PYTHONPATH says.
"""

from __future__ import annotations

import asyncio
import sys
import time

import uvloop

from wherry.core.network import NetworkSettings
from wherry.core.trace import Trace
from wherry.net.http import Client, Request
from wherry.net.network import Network


async def main(url: str, seconds: float, connections: int) -> float:
    """Requests per second that were answered with 200."""
    async with Client(Network(NetworkSettings(), {})) as client:

        async def ask_until(end: float) -> int:
            count = 0
            while time.perf_counter() < end:
                async with client.send(Request("GET", url), Trace(time.monotonic)) as response:
                    await response.read(1000)
                    assert response.status == 200
                count += 1
            return count

        async def all_until(end: float) -> int:
            return sum(await asyncio.gather(*[ask_until(end) for _ in range(connections)]))

        await all_until(time.perf_counter() + seconds / 4)  # every connection is open, all code is loaded
        begun = time.perf_counter()
        count = await all_until(begun + seconds)
        return count / (time.perf_counter() - begun)


if __name__ == "__main__":
    _, address, length, many = sys.argv
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        print(runner.run(main(address, float(length), int(many))))
