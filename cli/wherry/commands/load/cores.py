"""How many cores there are for us: those that the system lets us run on, or as many as a container's quota is worth."""

from __future__ import annotations

import math
import os
from typing import Final

# https://docs.kernel.org/admin-guide/cgroup-v2.html, and v1 below it, as they are mounted everywhere.
_V2: Final = "/sys/fs/cgroup"
_V1: Final = "/sys/fs/cgroup/cpu"
_OWN: Final = "/proc/self/cgroup"


def cores() -> int:
    """At least one. Many processes that share the quota of a few cores would be stopped in turn, and measure that."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    limit = quota(_read(_OWN))
    return there if limit is None else max(1, min(there, math.ceil(limit)))


def quota(groups: str) -> float | None:
    """The least quota, in cores, of the control groups that ``groups`` (of /proc/self/cgroup) names and of those above
    them; None without one.
    """
    found: list[float] = []
    for line in groups.splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if not controllers:
            found += _quotas(_V2, path, "cpu.max")
        elif "cpu" in controllers.split(","):
            found += _quotas(_V1, path, "cpu.cfs_quota_us", "cpu.cfs_period_us")
    return min(found, default=None)


def _quotas(root: str, path: str, *names: str) -> list[float]:
    """Those of the group at ``path`` and of each above it. In a container the path may be one that is not there."""
    steps = [step for step in path.split("/") if step and step != ".."]
    places = ["/".join((root, *steps[:depth])) for depth in range(len(steps) + 1)]
    texts = (" ".join(_read(f"{place}/{name}") for name in names) for place in places)
    return [share for text in texts if (share := _share(text)) is not None]


def _share(text: str) -> float | None:
    """Cores in ``QUOTA PERIOD``; ``max``, and -1 in v1, are no bound."""
    words = text.split()
    if len(words) != 2 or not all(word.isdecimal() for word in words) or not int(words[1]):
        return None
    return int(words[0]) / int(words[1])


def _read(path: str) -> str:
    try:
        with open(path, encoding="ascii", errors="replace") as file:  # noqa: PTH123  pathlib is no part of a start
            return file.read()
    except OSError:
        return ""
