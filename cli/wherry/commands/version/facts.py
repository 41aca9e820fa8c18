"""What this wherry is."""

from __future__ import annotations

import platform
import sys

from wherry.about import VERSION, commit
from wherry.core.record import Record


class Facts(Record):
    """``commit`` is None for a wherry that runs from source; ``frozen`` says whether this is the executable."""

    version: str
    commit: str | None
    python: str
    os: str
    arch: str
    frozen: bool


def gather() -> Facts:
    """Look at the running program."""
    return Facts(
        version=VERSION,
        commit=commit(),
        python=platform.python_version(),
        os={"win32": "windows"}.get(sys.platform, sys.platform),
        arch={"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine()),
        frozen=bool(getattr(sys, "frozen", False)),
    )
