"""How many connections the system lets this process have."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource

_SPARE = 128  # for files, logs, and the connections that are told there are too many


def allow(connections: int) -> int:
    """Raise the soft limit on open files, as far as the hard one goes, for so many connections; the number possible.

    A server that runs into the limit can neither accept nor refuse; kept below it, it answers 503.
    """
    if sys.platform == "win32":
        return connections
    else:  # noqa: RET505  mypy takes what follows the return for unreachable there
        wanted = connections + _SPARE
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            top = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (top, hard))
                soft = top
            except (OSError, ValueError):
                pass  # macOS has a limit of its own below an infinite hard one
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            return connections
        return max(soft - _SPARE, soft // 3)
