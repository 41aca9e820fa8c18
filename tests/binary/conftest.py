"""The executable started as a user starts it."""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from . import acme
from .runtime import Genuine, Machine, Person

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_S = 60


class Wherry:
    """Runs the executable with an environment of our choosing."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.folder = folder
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.process_group: int | None = None  # of what is started: this one's, or with 0 one of its own
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
            process_group=self.process_group,
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


@pytest.fixture(scope="session")
def acme_builds(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> list[acme.Built]:
    """A program of `mode: launcher`, made twice in folders of different names."""
    folders = [tmp_path_factory.mktemp(name) for name in ("one", "the-other")]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(acme.build, [binary] * 2, folders))
    for result in results:
        unreachable = any(words in result.stderr for words in acme.UNREACHABLE)
        if result.returncode == 3 and unreachable and not os.environ.get("CI"):
            pytest.skip(f"PyInstaller cannot be installed here: {result.stderr.splitlines()[-1]}")
        assert result.returncode == 0, result.stderr
    told = [json.loads(result.stdout) for result in results]
    return [
        acme.Built(folder / "dist" / each["artifacts"][0]["name"], each["builds"][0])
        for folder, each in zip(folders, told, strict=True)
    ]


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


@contextmanager
def open_to_all() -> Iterator[Path]:
    """A folder that every user may enter and only this one may change; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="wherry-test-", dir="/tmp") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture
def grounds() -> Iterator[Path]:
    with open_to_all() as path:
        yield path


@pytest.fixture(scope="session")
def genuine(binary: Path) -> Iterator[Genuine]:
    with open_to_all() as path:
        executable = path / "wherry"
        shutil.copy(binary, executable)
        executable.chmod(0o755)
        place = path / "place"
        environ = {"PATH": "/usr/bin:/bin", "WHERRY_RUNTIME_DIR": str(place)}
        process = subprocess.run([executable, "version"], env=environ, capture_output=True, text=True, check=True)
        [folder] = (one for one in place.iterdir() if re.fullmatch("[0-9a-f]{32}", one.name))
        yield Genuine(executable, folder, process.stdout)


@pytest.fixture(scope="session")
def unused_uids() -> Iterator[int]:
    """Numbers of users that no other test and no account has: places in /var/tmp and /tmp are named by them."""
    return itertools.count(1_000_000_000 + os.getpid() % 1_000_000 * 1000)


@pytest.fixture
def victim(genuine: Genuine, grounds: Path, unused_uids: Iterator[int]) -> Iterator[Person]:
    """The one who starts the executable; the user of this process where it cannot be another."""
    person = Person(genuine, next(unused_uids) if os.geteuid() == 0 else os.geteuid(), grounds)
    yield person
    if os.geteuid() == 0:
        person.tidy()


@pytest.fixture
def attacker(unused_uids: Iterator[int]) -> int:
    """The number of another user."""
    return next(unused_uids)


@pytest.fixture
def machine(genuine: Genuine) -> Machine:
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("mount namespaces are not allowed here")
    return Machine(genuine)
