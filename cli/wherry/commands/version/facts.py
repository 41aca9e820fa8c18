"""What this wherry is."""

from __future__ import annotations

import os
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
    machine = _machine()
    return Facts(
        version=VERSION,
        commit=commit(),
        python=sys.version.partition(" ")[0],
        os={"win32": "windows"}.get(sys.platform, sys.platform),
        arch={"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}.get(machine, machine),
        frozen=bool(getattr(sys, "frozen", False)),
    )


def _machine() -> str:
    if sys.platform == "win32":
        import platform

        return platform.machine()
    else:  # noqa: RET505  mypy reads what is left for the platform
        return os.uname().machine  # as platform does, which takes two milliseconds to import
