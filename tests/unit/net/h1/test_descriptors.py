"""A server stays below the system's limit on open files, so that it can still refuse."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource")

_SERVER = """
import asyncio, resource, socket, sys
from wherry.loop import fast_event_loop
from wherry.net.h1.server import Server

hard = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (min(64, hard), hard))

async def main():
    loop = asyncio.get_running_loop()
    server = Server(lambda exchange: exchange.respond(200))
    [(_, port)] = await server.listen("127.0.0.1", 0)
    pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(int(sys.argv[2]))]
    answers = []
    for reader, writer in pairs:
        writer.write(b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n")
        answers.append((await reader.readuntil(b"\\r\\n"))[9:12].decode())
    print(answers.count("200"), answers.count("503"), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for reader, writer in pairs:
        writer.close()
    await server.drain(1)

with asyncio.Runner(loop_factory=fast_event_loop) as runner:
    runner.run(main())
"""


@pytest.mark.parametrize(
    "hard, connections, expected",
    [
        pytest.param(1000, 100, "100 0 1000", id="the soft limit is raised"),
        pytest.param(200, 80, "72 8 200", id="the rest is refused"),
    ],
)
def test_open_files(hard: int, connections: int, expected: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _SERVER, str(hard), str(connections)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == expected, done.stderr
