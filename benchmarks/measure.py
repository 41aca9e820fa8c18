"""One way to measure: everything compared runs in turn, round by round, on the machine as it is; medians are told.

A figure without its peer of the same run means little: the machine is shared, and was slower or faster last week.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HOME = Path(__file__).resolve().parent.parent
ONE_FILE = str(HOME / "dist" / "file" / "wherry")  # PyInstaller's form of the same tree
AS_IT_COMES = str(HOME / "dist" / "default" / "wherry")  # the same without our spec
KIBIBYTE = 1024
WHERRY = os.environ.get("WHERRY_BINARY") or str(HOME / "dist" / "wherry")


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that is measured: ``measure`` runs it once and returns one number."""

    name: str
    measure: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """What came out for one subject, and how it stands to the first one."""

    name: str
    median: float
    lowest: float
    highest: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Claim:
    """A bound on how the first subject stands to another: median of the first / median of ``peer``.

    Without ``peer`` it is a bound on the first one's median itself, in the unit of the table.
    """

    peer: str | None = None
    at_most: float | None = None
    at_least: float | None = None


def compare(
    title: str, unit: str, subjects: Sequence[Subject], *, rounds: int, claims: Sequence[Claim] = (), warm: int = 1
) -> bool:
    """Measure all subjects ``rounds`` times in turn; print a table, write JSON; whether every claim holds.

    ``warm`` rounds before them are not counted: they fill the file cache.
    """
    given = _arguments()
    rounds = given.rounds or rounds
    samples: dict[str, list[float]] = {subject.name: [] for subject in subjects}
    for number in range(warm + rounds):
        for subject in subjects:
            value = subject.measure()
            if number >= warm:
                samples[subject.name].append(value)
    base = statistics.median(samples[subjects[0].name])
    figures = [
        Figure(name, statistics.median(values), min(values), max(values), base / statistics.median(values))
        for name, values in samples.items()
    ]
    print(f"\n{title} ({unit}, median of {rounds}, lowest to highest; the first one's ratio to each)")
    for figure in figures:
        spread = f"{figure.lowest:.1f} to {figure.highest:.1f}"
        print(f"  {figure.name:34} {figure.median:10.1f}   {spread:24} {figure.ratio:6.2f}")
    held = [_judge(claim, figures) for claim in claims]
    _write(title, unit, rounds, figures)
    return all(held)


def _judge(claim: Claim, figures: Sequence[Figure]) -> bool:
    found = [figure.ratio for figure in figures if figure.name == claim.peer]
    if claim.peer is None:
        found = [figures[0].median]
    if not found:
        return True
    [value] = found
    holds = (claim.at_most is None or value <= claim.at_most) and (claim.at_least is None or value >= claim.at_least)
    bound = f"at most {claim.at_most}" if claim.at_most is not None else f"at least {claim.at_least}"
    print(f"  {'holds ' if holds else 'MISSED'}: {bound}{f' x {claim.peer}' if claim.peer else ''}")
    return holds


def _write(title: str, unit: str, rounds: int, figures: Sequence[Figure]) -> None:
    folder = HOME / "work" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    document = {
        "title": title,
        "unit": unit,
        "rounds": rounds,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        "figures": [asdict(figure) for figure in figures],
    }
    name = "".join(c if c.isalnum() else "-" for c in title.lower())
    (folder / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure against peers in the same run; JSON goes to work/bench/.")
    parser.add_argument("--rounds", type=int, help="instead of this benchmark's own number")
    return parser.parse_args()


def process(name: str, *command: str, code: int = 0, before: Callable[[], None] | None = None) -> Subject | None:
    """The wall time in ms of a whole process; ``before`` runs unmeasured. None where the program is missing."""
    program = shutil.which(command[0])
    if program is None:
        print(f"not installed, left out: {command[0]}", file=sys.stderr)
        return None

    def measure() -> float:
        if before:
            before()
        with open(os.devnull, "r+b") as nowhere:  # noqa: PTH123
            start = time.perf_counter()
            pid = os.posix_spawn(
                program,
                command,
                os.environ,
                file_actions=[(os.POSIX_SPAWN_DUP2, nowhere.fileno(), number) for number in (0, 1, 2)],
            )
            _, status = os.waitpid(pid, 0)
            took = time.perf_counter() - start
        ended = os.waitstatus_to_exitcode(status)
        if ended != code:
            sys.exit(f"{' '.join(command)}: ended with {ended}, not {code}")
        return took * 1000

    return Subject(name, measure)


def peak_memory(name: str, *command: str) -> Subject | None:
    """The most resident memory that a whole process had, in MB; None where the program is missing.

    As GNU time sees it: a child of this process would begin with the memory of an interpreter.
    """
    program = shutil.which(command[0])
    if program is None:
        print(f"not installed, left out: {command[0]}", file=sys.stderr)
        return None

    def measure() -> float:
        ran = subprocess.run(["time", "--format", "%M", program, *command[1:]], capture_output=True, check=True)
        return int(ran.stderr.split()[-1]) * KIBIBYTE / 1e6

    return Subject(name, measure)


def present(*subjects: Subject | None) -> list[Subject]:
    """Those that are installed."""
    return [subject for subject in subjects if subject is not None]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
        return port


@contextmanager
def background(command: Sequence[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server that runs for the time of the block and listens on ``port`` before it begins."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            until = time.monotonic() + 30
            while not _listens(port):
                if server.poll() is not None or time.monotonic() > until:
                    sys.exit(f"{' '.join(command)}: did not listen on {port}")
                time.sleep(0.02)
            yield server
        finally:
            server.terminate()


@contextmanager
def serving() -> Iterator[str]:
    """`wherry serve` for others to talk to; its URL."""
    port = free_port()
    with background([WHERRY, "serve", "--listen", f"127.0.0.1:{port}"], port):
        yield f"http://127.0.0.1:{port}"


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def quiet_home() -> Iterator[None]:
    """A home folder of its own for tools that keep settings or look for updates."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HOME": folder, "GH_NO_UPDATE_NOTIFIER": "1", "GH_CONFIG_DIR": folder}
        yield
