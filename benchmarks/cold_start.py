"""Starting: `wherry version` and `wherry --help` against Go tools that do as much, whole processes."""

from __future__ import annotations

import sys

from measure import WHERRY, Claim, compare, present, process, quiet_home


def main() -> bool:
    """Whether the claims hold."""
    with quiet_home():
        version = compare(
            "version",
            "ms",
            present(
                process("wherry version", WHERRY, "version"),
                process("gh --version", "gh", "--version"),
                process("caddy version", "caddy", "version"),
                process("docker --version", "docker", "--version"),
                process("kubectl version --client", "kubectl", "version", "--client"),
                process("http --version (Python)", "http", "--version"),
                process("python3 -c pass", "/usr/bin/python3", "-c", "pass"),
            ),
            rounds=21,
            claims=[Claim("gh --version", at_most=2.0)],
        )
        compare(
            "help",
            "ms",
            present(
                process("wherry --help", WHERRY, "--help"),
                process("gh --help", "gh", "--help"),
                process("caddy --help", "caddy", "--help"),
                process("docker --help", "docker", "--help"),
                process("kubectl --help", "kubectl", "--help"),
                process("http --help (Python)", "http", "--help"),
            ),
            rounds=21,
        )
    return version


if __name__ == "__main__":
    sys.exit(not main())
