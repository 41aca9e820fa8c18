"""The Python that is frozen, which is never the one that runs wherry: that may be frozen itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def find(wanted: str | None, environ: Mapping[str, str]) -> tuple[str, ...]:
    """How to start the first Python on the PATH that is of the version ``wanted``, such as 3.12; any when None.

    Raises WherryError when there is none.
    """
    found: list[str] = []
    for command in _candidates(wanted):
        program = shutil.which(command[0], path=environ.get("PATH"))
        version = _version((program, *command[1:]), environ) if program else None
        if program and version:
            if wanted is None or f"{version}.".startswith(f"{wanted}."):
                return (program, *command[1:])
            found.append(version)
    there = f"; there is {', '.join(dict.fromkeys(found))}" if found else ""
    raise WherryError(f"no Python{f' {wanted}' if wanted else ''} is on the PATH{there}")


def _candidates(wanted: str | None) -> Iterator[tuple[str, ...]]:
    if wanted:
        minor = ".".join(wanted.split(".")[:2])
        yield (f"python{minor}",)
        if sys.platform == "win32":
            yield "py", f"-{minor}"
    yield ("python3",)
    yield ("python",)


def _version(command: tuple[str, ...], environ: Mapping[str, str]) -> str | None:
    """Its version; None for what does not start, such as a shim for a Python that is not installed."""
    words = "import sys; print('.'.join(map(str, sys.version_info[:3])))"
    try:
        done = subprocess.run(
            [*command, "-c", words],
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("ascii", "replace").strip() if not done.returncode else None
