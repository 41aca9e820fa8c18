"""argv to exit code."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def main() -> None:
    """Run wherry with the process's arguments and end the process with its exit code."""
    try:
        from wherry.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    # Both streams are flushed where their failure can still be told; what is left is what nobody can be told of.
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    # Not sys.exit: a thread that still waits for a name server must not hold the process, and tearing down the
    # interpreter takes milliseconds that a CI script waits for.
    os._exit(code)


if __name__ == "__main__":
    main()
