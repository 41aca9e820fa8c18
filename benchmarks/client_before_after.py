"""The client of request and check on the engine (net/h1/client), and as it was before, on streams (commit 8a3e489).

Both run from source in the same environment; the tree before is taken out of the repository's history.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from check import written
from measure import HOME, WHERRY, Claim, Subject, background, compare, free_port, process

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE = "8a3e489"
SECONDS = 3
CONNECTIONS = 50


def main() -> bool:
    """Whether the claims hold."""
    if not shutil.which("taskset") or (os.cpu_count() or 1) < 2:
        print("client before and after: needs taskset and two cores; left out")
        return True
    with tempfile.TemporaryDirectory() as folder:
        if not _taken_out(Path(folder)):
            print(f"client before and after: the history does not have {BEFORE}; left out")
            return True
        trees = {"on the engine": HOME / "cli", "before, on streams": Path(folder) / "cli"}
        for tree in trees.values():  # neither may be compiled while it is measured
            subprocess.run([sys.executable, "-m", "compileall", "-q", str(tree)], check=True)
        port = free_port()
        server = ["taskset", "--cpu-list", "0", WHERRY, "serve", "--listen", f"127.0.0.1:{port}", "--quiet"]
        with background(server, port):
            url = f"http://127.0.0.1:{port}"
            suite, _ = written(Path(folder), url, 1_000)
            held = [
                compare(
                    f"wherry's client, {CONNECTIONS} at a time, one core",
                    "requests/s",
                    [Subject(name, lambda tree=tree: _rate(tree, f"{url}/ok")) for name, tree in trees.items()],  # type: ignore[misc]
                    rounds=5,
                    claims=[Claim("before, on streams", at_least=1.0)],
                ),
                _whole(trees, "1,000 checks, from source", ("check", str(suite), "--jobs", str(CONNECTIONS)), rounds=5),
                _whole(trees, "request GET, from source", ("request", f"{url}/ok"), rounds=15),
            ]
    return all(held)


def _taken_out(folder: Path) -> bool:
    """Put the program as it was into ``folder``; whether it can be had."""
    archive = subprocess.run(["git", "-C", str(HOME), "archive", BEFORE, "cli"], capture_output=True, check=False)
    if archive.returncode == 0:
        subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
    return archive.returncode == 0


def _rate(tree: Path, url: str) -> float:
    """Requests per second of the client in ``tree``."""
    script = str(HOME / "benchmarks" / "engine_client.py")
    command = ["taskset", "--cpu-list", "1", sys.executable, script, url, str(SECONDS), str(CONNECTIONS)]
    with _of(tree):
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _whole(trees: dict[str, Path], title: str, arguments: tuple[str, ...], *, rounds: int) -> bool:
    """Whole processes; all else that has changed since counts too."""
    subject = process("", sys.executable, "-m", "wherry", *arguments)
    assert subject is not None
    subjects = [Subject(name, lambda tree=tree: _measured(subject, tree)) for name, tree in trees.items()]  # type: ignore[misc]
    return compare(title, "ms", subjects, rounds=rounds, claims=[Claim("before, on streams", at_most=1.0)])


def _measured(subject: Subject, tree: Path) -> float:
    with _of(tree):
        return subject.measure()


@contextmanager
def _of(tree: Path) -> Iterator[None]:
    """Python finds the wherry of ``tree``."""
    os.environ["PYTHONPATH"] = str(tree)
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]


if __name__ == "__main__":
    sys.exit(not main())
