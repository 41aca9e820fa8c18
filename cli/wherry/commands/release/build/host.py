"""The system that this runs on, in the words of a release.yml. Pure."""

from __future__ import annotations

from typing import Final

_SYSTEMS: Final = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_PROCESSORS: Final = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def target(platform: str, machine: str) -> str:
    """``linux_amd64`` for what sys.platform and platform.machine() say; of another system, their own words."""
    machine = machine.lower()
    return f"{_SYSTEMS.get(platform, platform)}_{_PROCESSORS.get(machine, machine)}"
