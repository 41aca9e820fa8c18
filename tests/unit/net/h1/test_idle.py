"""Ten thousand connections that do nothing cost little memory and no one's time."""

from __future__ import annotations

import asyncio
import gc
import sys
from pathlib import Path
from typing import Any

import pytest

from wherry.loop import fast_event_loop
from wherry.net.h1.limits import Limits

resource = pytest.importorskip("resource")

CONNECTIONS = 10_000
MOST_BYTES = 16_000  # each, in this process; about 2 kB are measured
_GET = b"GET /%d HTTP/1.1\r\nHost: a\r\n\r\n"

# Another process holds the other ends, so that each has its own descriptors.
_CLIENTS = """
import asyncio, resource, sys

async def main(port, count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gate = asyncio.Semaphore(200)

    async def connect():
        async with gate:
            return await asyncio.open_connection("127.0.0.1", port)

    async def ask(reader, writer):
        async with gate:
            writer.write(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
            head = await reader.readuntil(b"\\r\\n\\r\\n")
            await reader.readexactly(5)
            return head.startswith(b"HTTP/1.1 200 OK")

    pairs = await asyncio.gather(*[connect() for _ in range(count)])
    loop = asyncio.get_running_loop()
    for _ in range(2):
        answers = await asyncio.gather(*[ask(*pair) for pair in pairs])
        print(sum(answers), flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)

asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
"""


def _resident() -> int:
    """Bytes of this process in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.fixture
def descriptors() -> Any:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CONNECTIONS + 500:
        pytest.skip(f"the system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, CONNECTIONS + 5000)), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_ten_thousand_idle_connections(rig: Any, descriptors: Any, record_property: Any) -> None:
    async def main() -> None:
        async with rig.serving(limits=Limits(head_s=60, idle_s=600)) as served:
            quick = await served.client()
            assert (await quick.ask(_GET % 0)).status == 200
            gc.collect()
            before = _resident()
            arguments = [sys.executable, "-c", _CLIENTS, str(served.port), str(CONNECTIONS)]
            pipe = asyncio.subprocess.PIPE
            clients = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe)
            assert clients.stdin and clients.stdout
            try:
                assert int(await clients.stdout.readline()) == CONNECTIONS
                assert served.server.connections == CONNECTIONS + 1
                served.over.clear()
                gc.collect()
                each = (_resident() - before) / CONNECTIONS
                print(f"\n{CONNECTIONS} idle connections: {each:.0f} bytes each")
                record_property("bytes_per_idle_connection", round(each))
                assert each < MOST_BYTES
                for i in range(100):
                    assert (await quick.ask(_GET % i)).body == b"GET /%d" % i
                clients.stdin.write(b"\n")
                assert int(await clients.stdout.readline()) == CONNECTIONS, "every one of them is still served"
            finally:
                clients.kill()
                await clients.wait()
            while served.server.connections > 1:
                await asyncio.sleep(0.01)
            assert (await quick.ask(_GET % 1)).status == 200

    if rig.loop_factory is not fast_event_loop:
        pytest.skip("on wherry's own loop")
    rig.run(main())
