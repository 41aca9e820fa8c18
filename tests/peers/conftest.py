"""Real servers, started here and ended here, to be looked at while they start, are paused and are killed.

Each is the one of the distribution, on free ports of 127.0.0.1, with its files in a folder of its own, as the user it
wants to be. Where its package is missing, the test is skipped; where CI is set, it fails.
"""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from wherry.core.expect import parse
from wherry.core.network import NetworkSettings
from wherry.core.outcome import Outcome
from wherry.core.target import parse_target
from wherry.core.trace import Trace
from wherry.net.failure import NetFailure, bounded
from wherry.net.network import Network
from wherry.net.probe import Look, look

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Long enough for the slowest server on a busy machine; nothing waits for it where all is well.
PATIENCE_S = 90.0


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def see(text: str, *expectations: str, timeout_s: float = 10.0, **settings: object) -> Look:
    """One look, with a time-out as a look as well."""
    target = parse_target(text)
    conditions = [parse(one, kind=target.kind) for one in expectations]

    async def scenario() -> Look:
        network = Network(NetworkSettings(trust_env=False, **settings), os.environ)
        loop = asyncio.get_running_loop()
        trace = Trace(time.monotonic)
        try:
            async with bounded(loop.time() + timeout_s, trace):
                return await look(target, network, trace, conditions=conditions)
        except NetFailure as failure:
            return Look(Outcome.UNMET, str(failure), reason=failure.reason)

    return asyncio.run(scenario())


def see_until(wanted: Callable[[Look], bool], text: str, *expectations: str, **how: object) -> list[Look]:
    """Look again and again until ``wanted``; all that was seen, each kind of sight once, in order."""
    seen: list[Look] = []
    end = time.monotonic() + PATIENCE_S
    while True:
        found = see(text, *expectations, **how)
        if not seen or (seen[-1].outcome, seen[-1].words) != (found.outcome, found.words):
            seen.append(found)
        if wanted(found):
            return seen
        assert time.monotonic() < end, f"not within {PATIENCE_S} s: {[one.words for one in seen]}"
        time.sleep(0.02)


def see_until_met(text: str, *expectations: str, **how: object) -> list[Look]:
    """Look until it is met; everything before is unmet, never broken."""
    seen = see_until(lambda found: found.outcome is Outcome.MET, text, *expectations, **how)
    assert all(found.outcome is Outcome.UNMET for found in seen[:-1]), seen
    return seen


@dataclass
class Waiting:
    """`wherry wait`, running."""

    process: subprocess.Popen[str]

    def end(self) -> tuple[int, dict[str, object], str]:
        """The exit code, the document of its only target, and what it said."""
        output, said = self.process.communicate(timeout=PATIENCE_S)
        assert "Traceback" not in said
        return self.process.returncode, json.loads(output)["targets"][0] if output else {}, said


def wait(*arguments: str) -> Waiting:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("WHERRY_")}
    argv = [sys.executable, "-m", "wherry", "wait", "-o", "json", *arguments]
    pipe = subprocess.PIPE
    return Waiting(subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, env=environ))


@dataclass
class Peer:
    """A server's process, in a group of its own."""

    argv: Sequence[str]
    folder: Path
    user: str = ""
    environ: dict[str, str] = field(default_factory=dict)
    stdin: int = subprocess.DEVNULL
    farewell: signal.Signals = signal.SIGKILL
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Peer:
        who = {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                list(self.argv), cwd=self.folder, env={"PATH": os.environ["PATH"], "LANG": "C", **self.environ},
                stdin=self.stdin, stdout=log, stderr=log, start_new_session=True, **who,
            )  # fmt: skip
        return self

    def tell(self, number: signal.Signals) -> None:
        assert self.process is not None
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def pause(self) -> None:
        self.tell(signal.SIGSTOP)

    def resume(self) -> None:
        self.tell(signal.SIGCONT)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        assert self.process is not None
        self.tell(number)
        self.process.wait(PATIENCE_S)
        if self.process.stdin:
            self.process.stdin.close()

    def clear_away(self) -> None:
        """End it in the way that leaves nothing of it behind."""
        self.resume()
        self.kill(self.farewell)
        self.tell(signal.SIGKILL)


class Peers:
    """Starts servers and ends all that it has started."""

    def __init__(self) -> None:
        self._peers: list[Peer] = []
        self._folders: list[Path] = []

    def folder(self, user: str = "") -> Path:
        """A new folder that ``user`` owns and can reach: pytest's own are for the user of the test only."""
        path = Path(tempfile.mkdtemp(prefix="wherry-peer-"))
        self._folders.append(path)
        if user:
            os.chown(path, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
        return path

    def start(self, argv: Sequence[str], folder: Path, **how: object) -> Peer:
        peer = Peer(argv, folder, **how)
        self._peers.append(peer)
        return peer.start()

    def end(self) -> None:
        for peer in reversed(self._peers):
            peer.clear_away()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)


def program(*candidates: str) -> str:
    """The first of the programs (paths may have patterns) that is there; without one there is no test."""
    for candidate in candidates:
        if candidate.startswith("/"):
            found = sorted(Path("/").glob(candidate[1:]))
            if found:
                return str(found[-1])
        elif path := shutil.which(candidate, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"):
            return path
    return missing(f"{candidates[0]} is not installed")


def missing(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def user(name: str) -> str:
    """``name`` where we are root, who may become it and whom these servers refuse; else "", which is ourselves."""
    if os.geteuid() != 0:
        return ""
    try:
        pwd.getpwnam(name)
    except KeyError:
        missing(f"there is no user {name}")
    return name


@pytest.fixture
def peers() -> Iterator[Peers]:
    made = Peers()
    try:
        yield made
    finally:
        made.end()


@dataclass(frozen=True)
class Kit:
    """What a test of a server needs of this file."""

    see = staticmethod(see)
    see_until = staticmethod(see_until)
    see_until_met = staticmethod(see_until_met)
    wait = staticmethod(wait)
    program = staticmethod(program)
    user = staticmethod(user)
    free_port = staticmethod(free_port)


@pytest.fixture(scope="session")
def kit() -> Kit:
    if sys.platform == "win32":
        pytest.skip("the servers are those of a Unix system")
    return Kit()
