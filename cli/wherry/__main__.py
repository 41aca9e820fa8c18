"""argv to exit code."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress


def main() -> None:
    """Run wherry with the process's arguments and end the process with its exit code."""
    gc.disable()  # what is imported is here to stay: looking for garbage in it takes milliseconds. loop.run enables it
    _fill_closed_streams()
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


def _fill_closed_streams() -> None:
    """Open nowhere in the place of a standard stream that the caller has closed, as a Go program does.

    The next socket would get its number otherwise, and receive what is printed.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere == number:  # not on Windows, where a program without a console has none of the three
                os.set_inheritable(nowhere, True)  # what follows `--` counts on them too
            setattr(sys, name, os.fdopen(nowhere, "r" if number == 0 else "w", closefd=False))


if __name__ == "__main__":
    main()
