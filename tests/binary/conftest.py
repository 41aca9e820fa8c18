"""The executable started as a user starts it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = 60


class Wherry:
    """Runs the executable with an environment of our choosing."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(self.temporary),
            "LANG": "C.UTF-8",
        }
        if "SYSTEMROOT" in os.environ:  # without it Windows opens no socket
            self.environ |= {
                name: os.environ[name]
                for name in ("SYSTEMROOT", "TEMP", "USERPROFILE", "APPDATA")
                if name in os.environ
            }

    def __call__(self, *arguments: str | bytes, **environ: str | None) -> subprocess.CompletedProcess[str]:
        """Run to the end; a variable of None is taken out of the environment."""
        return subprocess.run(
            [str(self.path), *arguments],
            env=self.changed(environ),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=LIMIT_S,
            check=False,
        )

    def start(self, *arguments: str, **environ: str | None) -> subprocess.Popen[str]:
        """Start and leave running."""
        return subprocess.Popen(
            [str(self.path), *arguments],
            env=self.changed(environ),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def changed(self, environ: dict[str, str | None]) -> dict[str, str]:
        merged = self.environ | environ
        return {name: value for name, value in merged.items() if value is not None}

    @contextmanager
    def serving(self, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """`wherry serve` on a free port: its process and its URL."""
        ready = self.folder / "ready"
        with self.start("serve", "--listen", "127.0.0.1:0", "--ready-file", str(ready), *arguments) as process:
            try:
                until = time.monotonic() + LIMIT_S
                while not ready.exists():
                    assert process.poll() is None, process.stderr and process.stderr.read()
                    assert time.monotonic() < until
                    time.sleep(0.01)
                [place] = re.findall(r"127\.0\.0\.1:\d+", ready.read_text())
                yield process, f"http://{place}"
            finally:
                process.terminate()  # not kill(): it would leave the unpacked files


@pytest.fixture
def wherry(binary: Path, tmp_path: Path) -> Wherry:
    return Wherry(binary, tmp_path)


@pytest.fixture
def open_port() -> Iterator[str]:
    """HOST:PORT where connections are taken."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def closed_port() -> Iterator[str]:
    """HOST:PORT where connections are refused."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"
