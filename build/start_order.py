"""The modules that common starts import, in that order, so that they lie side by side in the file of modules.

The kernel maps a file in steps of many pages: modules that lie scattered over it take several times their size in
memory, and as many page faults more.

    python build/start_order.py FOLDER...

Prints one name a line; FOLDERs hold wherry and its generated modules. Runs in the environment that is frozen.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

# Nothing listens on the discard port of this machine; what is imported before that shows is what counts.
STARTS = (
    ["version"],
    ["--help"],
    ["wait", "tcp://127.0.0.1:9", "--deadline", "1ms"],
    ["request", "GET", "http://127.0.0.1:9/", "--retry", "0", "--deadline", "1s"],
    ["check", str(Path(__file__).with_name("start.yaml"))],
    ["serve", "--help"],
)


def start_order(python: str, folders: list[Path]) -> list[str]:
    """What this file prints when ``python`` runs it, whatever the user's settings."""
    command = [python, "-I", __file__, *map(str, folders)]
    environ = {"HOME": os.devnull, "PYTHONHASHSEED": "0"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environ).stdout.split()


def main() -> None:
    """Run each start in this interpreter; what is imported already keeps its place."""
    sys.path[:0] = sys.argv[1:]
    from wherry.app import run

    for arguments in STARTS:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            run(arguments)
    print("\n".join(sys.modules))


if __name__ == "__main__":
    main()
