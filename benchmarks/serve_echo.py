"""Requests per second of one core: `wherry serve`'s /echo against `caddy respond` with a body of the same length.

Each server has core 0 to itself while it is measured, wrk has core 1.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request

from measure import WHERRY, Claim, Subject, background, compare, free_port

SECONDS = 4
CONNECTIONS = 50


def main() -> bool:
    """Whether the claims hold."""
    if not shutil.which("wrk") or not shutil.which("caddy") or (os.cpu_count() or 1) < 2:
        print("serve echo: needs wrk, caddy and two cores; left out")
        return True
    ours, theirs = free_port(), free_port()
    pinned = ["taskset", "--cpu-list", "0"]
    with background([*pinned, WHERRY, "serve", "--listen", f"127.0.0.1:{ours}", "--quiet"], ours):
        with urllib.request.urlopen(f"http://127.0.0.1:{ours}/echo") as answer:
            body = "x" * len(answer.read())
        with background([*pinned, "caddy", "respond", "--listen", f"127.0.0.1:{theirs}", "--body", body], theirs):
            return compare(
                f"serve echo, {CONNECTIONS} connections, one core",
                "requests/s",
                [
                    Subject("wherry serve /echo", lambda: load(f"http://127.0.0.1:{ours}/echo")),
                    Subject("caddy respond", lambda: load(f"http://127.0.0.1:{theirs}/echo")),
                ],
                rounds=5,
                claims=[Claim("caddy respond", at_least=1.0)],
            )


def load(url: str) -> float:
    """Requests per second that were answered with 200."""
    command = ["taskset", "--cpu-list", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed or "Socket errors" in printed:
        sys.exit(f"{url}: not every request was answered:\n{printed}")
    [rate] = re.findall(r"Requests/sec:\s+([\d.]+)", printed)
    return float(rate)


if __name__ == "__main__":
    sys.exit(not main())
