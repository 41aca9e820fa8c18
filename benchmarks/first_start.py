"""The first start of `wherry version`, which unpacks, and what a later one takes in memory."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from measure import ONE_FILE, WHERRY, Claim, compare, peak_memory, present, process, quiet_home


def main() -> bool:
    """Whether the claims hold."""
    with quiet_home():
        cache = Path(os.environ["HOME"]) / ".cache"
        first = compare(
            "first start",
            "ms",
            present(
                process("wherry version", WHERRY, "version", before=lambda: shutil.rmtree(cache, ignore_errors=True)),
                process("wherry as PyInstaller's one file", ONE_FILE, "version"),
            ),
            rounds=15,
            claims=[Claim(at_most=400)],
        )
        memory = compare(
            "peak memory",
            "MB",
            present(
                peak_memory("wherry version", WHERRY, "version"),
                peak_memory("gh --version", "gh", "--version"),
                peak_memory("kubectl version --client", "kubectl", "version", "--client"),
                peak_memory("http --version (Python)", "http", "--version"),
            ),
            rounds=5,
            claims=[Claim(at_most=25)],
        )
    return first and memory


if __name__ == "__main__":
    sys.exit(not main())
