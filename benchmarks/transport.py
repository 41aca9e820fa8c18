"""Requests per second of httpx's client over wherry's transport and over its own, from one core at 50 connections.

The server, `wherry serve`, has core 0 to itself and is idle most of the time; the client has core 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from measure import HOME, WHERRY, Claim, Subject, background, compare, free_port

SECONDS = 3
CONNECTIONS = 50


def main() -> bool:
    """Whether the claims hold."""
    if not shutil.which("taskset") or (os.cpu_count() or 1) < 2:
        print("transport: needs taskset and two cores; left out")
        return True
    port = free_port()
    url = f"http://127.0.0.1:{port}/ok"
    server = ["taskset", "--cpu-list", "0", WHERRY, "serve", "--listen", f"127.0.0.1:{port}", "--quiet"]
    with background(server, port):
        return compare(
            f"httpx.AsyncClient, {CONNECTIONS} connections, one core",
            "requests/s",
            [
                Subject("over wherry's transport", lambda: ask("wherry", url)),
                Subject("over httpx's default", lambda: ask("httpx", url)),
            ],
            rounds=5,
            claims=[Claim("over httpx's default", at_least=8.0)],
        )


def ask(transport: str, url: str) -> float:
    """Requests per second."""
    script = str(HOME / "benchmarks" / "httpx_client.py")
    command = ["taskset", "--cpu-list", "1", sys.executable, script, transport, url, str(SECONDS), str(CONNECTIONS)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


if __name__ == "__main__":
    sys.exit(not main())
