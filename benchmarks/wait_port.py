"""Waiting for a TCP port that is open already: `wherry wait` against wait-for-it, whole processes."""

from __future__ import annotations

import socket
import sys

from measure import WHERRY, Claim, compare, present, process, quiet_home


def main() -> bool:
    """Whether the claim holds: 60 ms where `gh --version` takes 36."""
    with quiet_home(), socket.create_server(("127.0.0.1", 0), backlog=1024) as server:
        port = str(server.getsockname()[1])
        return compare(
            "wait for an open port",
            "ms",
            present(
                process("wherry wait tcp://", WHERRY, "wait", f"tcp://127.0.0.1:{port}", "--quiet"),
                process("wait-for-it (bash)", "wait-for-it", "-q", f"127.0.0.1:{port}"),
                process("gh --version", "gh", "--version"),
            ),
            rounds=31,
            claims=[Claim("gh --version", at_most=60 / 36)],
        )


if __name__ == "__main__":
    sys.exit(not main())
