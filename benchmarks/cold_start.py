"""Starting: `wherry version` and `wherry --help` against Go tools that do as much, whole processes."""

from __future__ import annotations

import sys

from measure import AS_IT_COMES, ONE_FILE, WHERRY, Claim, compare, present, process, quiet_home


def main() -> bool:
    """Whether the claims hold."""
    with quiet_home():
        version = compare(
            "version",
            "ms",
            present(
                process("wherry version", WHERRY, "version"),
                process("gh --version", "gh", "--version"),
                process("kubectl version --client", "kubectl", "version", "--client"),
                process("caddy version", "caddy", "version"),
                process("docker --version", "docker", "--version"),
                process("http --version (Python)", "http", "--version"),
                process("python3 -c pass", "/usr/bin/python3", "-c", "pass"),
                process("wherry as PyInstaller's one file", ONE_FILE, "version"),
                process("the same as it comes", AS_IT_COMES, "version"),
            ),
            rounds=31,
            claims=[Claim("gh --version", at_most=1.0), Claim("kubectl version --client", at_most=1.0)],
        )
        shown = compare(
            "help",
            "ms",
            present(
                process("wherry --help", WHERRY, "--help"),
                process("gh --help", "gh", "--help"),
                process("kubectl --help", "kubectl", "--help"),
                process("caddy --help", "caddy", "--help"),
                process("docker --help", "docker", "--help"),
                process("http --help (Python)", "http", "--help"),
            ),
            rounds=31,
            claims=[Claim("gh --help", at_most=1.2)],
        )
    return version and shown


if __name__ == "__main__":
    sys.exit(not main())
