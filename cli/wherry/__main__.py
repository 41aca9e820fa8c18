"""argv to exit code."""

from __future__ import annotations

import sys


def main() -> None:
    """Run wherry with the process's arguments and leave with its exit code."""
    from wherry.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
