"""`wherry load` against hey and wrk: speed, memory, the rate that was asked for, and what is said of a stalling server.

The server (fast_server.c, compiled here) has core 0 to itself and answers faster than any of them can ask; who asks has
core 1. All of them record status, bytes and latency of each request; wherry in several processes, one of which sends.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from measure import HOME, WHERRY, Claim, Subject, background, compare, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SECONDS = 4
CONNECTIONS = 50
MANY = 10_000
MILLION = 1_000_000
ASKING = ["taskset", "--cpu-list", "1"]
ANSWERING = ["taskset", "--cpu-list", "0"]
ENVIRON = os.environ | {"GOMAXPROCS": "1"}


def main() -> bool:
    """Whether the claims hold."""
    missing = [tool for tool in ("hey", "wrk", "gcc", "taskset") if not shutil.which(tool)]
    if missing or (os.cpu_count() or 1) < 2:
        print(f"load: needs two cores, and {', '.join(missing) or 'nothing else'}; left out")
        return True
    with serving() as (url, _):
        held = [speed(url), processes(url), rate(url), lag(url), memory(url), many(url)]
    with serving() as (url, server):
        held.append(stall(url, server))
    return all(held)


# What is measured


def speed(url: str) -> bool:
    """Requests per second of one core."""
    return compare(
        f"load, {CONNECTIONS} connections, one core",
        "requests/s",
        [
            Subject("wherry load", lambda: wherry(url, "-c", CONNECTIONS, "-z", f"{SECONDS}s")["achieved_per_s"]),
            Subject("hey", lambda: printed_rate(hey(url, "-c", CONNECTIONS, "-z", f"{SECONDS}s"))),
            Subject("wrk", lambda: printed_rate(wrk(url, f"-c{CONNECTIONS}", f"-d{SECONDS}s"))),
        ],
        rounds=5,
        claims=[Claim("hey", at_least=1.0), Claim("wrk", at_least=0.8)],
    )


def processes(url: str) -> bool:
    """Two processes against one: on cores of their own where there are some, else by a request's processor time."""
    if (os.cpu_count() or 1) >= 4:

        def measure(jobs: int) -> float:
            pinned = ["taskset", "--cpu-list", ",".join(str(2 + core) for core in range(jobs))]
            record = wherry(url, "-c", CONNECTIONS, "-z", f"{SECONDS}s", "--jobs", jobs, pinned=pinned)
            return float(record["achieved_per_s"])

        unit, least = "requests/s", 1.8
    else:

        def measure(jobs: int) -> float:
            record = wherry(url, "-c", CONNECTIONS, "-z", f"{SECONDS}s", "--jobs", jobs)
            return float(record["counts"]["sent"] / (sum(record["cpu"]) * record["elapsed_s"]))

        unit, least = "requests per second of processor time", 0.9
    subjects = [Subject("two processes", partial(measure, 2)), Subject("one process", partial(measure, 1))]
    return compare("load, two processes", unit, subjects, rounds=5, claims=[Claim("one process", at_least=least)])


def rate(url: str) -> bool:
    """How much of 20,000 a second is sent."""

    def measure() -> float:
        record = wherry(url, "--rate", "20000/s", "-z", f"{SECONDS}s", "--max-connections", 500)
        return float(record["achieved_per_s"]) / 20_000 * 100

    return compare(
        "load, share of 20,000/s asked for", "%", [Subject("wherry load", measure)], rounds=5,
        claims=[Claim(at_least=99.5), Claim(at_most=100.5)],
    )  # fmt: skip


def lag(url: str) -> bool:
    """How long after its time a request is sent, where there is nothing else to do."""

    def measure() -> float:
        record = wherry(url, "--rate", "1000/s", "-z", f"{SECONDS}s")
        return float(record["lag"]["percentiles"]["99"])

    return compare(
        "load, 1,000/s, lag behind the schedule, 99th percentile", "µs", [Subject("wherry load", measure)], rounds=5,
        claims=[Claim(at_most=1000)],
    )  # fmt: skip


def memory(url: str) -> bool:
    """The most memory that all processes had together while they sent a million requests."""
    sent = ["-c", str(CONNECTIONS), "-n", str(MILLION)]
    return compare(
        "load, memory, a million requests",
        "MB",
        [
            Subject("wherry load", lambda: peak(wherry_command(url, *sent))),
            Subject("hey", lambda: peak(["hey", *sent, url])),
            Subject("wrk, as long", lambda: peak(wrk_command(url, f"-c{CONNECTIONS}", "-d10s"))),
        ],
        rounds=1,
        warm=0,
        claims=[Claim("hey", at_most=1.0)],
    )


def many(url: str) -> bool:
    """Ten thousand connections on one core: no failure, and the memory that each takes."""
    with serving() as (other, _):
        record = wherry(other, "-c", MANY, "-n", 10 * MANY)
    failed = record["counts"]["failed"]
    if failed or record["counts"]["answered"] != 10 * MANY:
        print(f"  MISSED: {failed} of {10 * MANY} requests failed on {MANY} connections: {record['failures']}")
    commands: dict[str, Callable[..., list[str]]] = {
        "wherry load": partial(wherry_command, url, "-z", "8s"),
        "hey": lambda *given: ["hey", *given, "-z", "8s", url],
        "wrk": lambda *given: wrk_command(url, *given, "-d8s"),
    }

    def measure(name: str) -> float:
        each, few = peak(commands[name]("-c", str(MANY))), peak(commands[name]("-c", "10"))
        return (each - few) * 1e3 / (MANY - 10)

    compare(
        f"load, memory of each of {MANY:,} connections", "kB",
        [Subject(name, partial(measure, name)) for name in commands], rounds=1, warm=0,
    )  # fmt: skip
    return not failed


def stall(url: str, server: int) -> bool:
    """What is said of a server that stands still for one second of ten, at 1,000 requests a second.

    The closed form: a tenth of the requests are due while it does, and wait for 0 to 1 second, evenly; so of all
    requests 5 % wait for 500 ms or more.
    """

    def measured(ask: Any) -> float:
        timer = threading.Timer(5, stop_for_a_second, [server])
        timer.start()
        try:
            return float(ask())
        finally:
            timer.join()

    def ours() -> float:
        record = wherry(url, "--rate", "1000/s", "-z", "10s")
        return float(record["latency"]["percentiles"]["95"]) / 1000

    def theirs() -> float:
        printed = hey(url, "-c", CONNECTIONS, "-q", 1000 // CONNECTIONS, "-z", "10s")
        return float(re.findall(r"95% in ([\d.]+) secs", printed)[0]) * 1000

    def of_wrk() -> float:
        [(number, unit)] = re.findall(r"90%\s+([\d.]+)(us|ms|s)", wrk(url, f"-c{CONNECTIONS}", "-d10s", "--latency"))
        return float(number) * {"us": 1e-3, "ms": 1.0, "s": 1e3}[unit]

    return compare(
        "load, 95th percentile where a server stalls for 1 s of 10", "ms",
        [
            Subject("wherry load --rate 1000/s", lambda: measured(ours)),
            Subject("the closed form", lambda: 500.0),
            Subject("hey -q", lambda: measured(theirs)),
            Subject("wrk, its 90th", lambda: measured(of_wrk)),
        ],
        rounds=3, warm=0,
        claims=[Claim("the closed form", at_least=0.95), Claim("the closed form", at_most=1.05)],
    )  # fmt: skip


# Who asks


def wherry_command(url: str, *arguments: object) -> list[str]:
    """One process that sends, unless it is said otherwise."""
    return [WHERRY, "load", url, *map(str, ("--jobs", 1, *arguments, "-o", "json", "--quiet"))]


def wherry(url: str, *arguments: object, pinned: Sequence[str] = ASKING) -> dict[str, Any]:
    """The record of a run."""
    command = wherry_command(url, *arguments)
    if "--jobs" in arguments:
        command[3:5] = []
    document: dict[str, Any] = json.loads(printed_by([*pinned, *command]))
    return document


def hey(url: str, *arguments: object) -> str:
    """What hey prints."""
    return printed_by([*ASKING, "hey", *map(str, arguments), url])


def wrk_command(url: str, *arguments: str) -> list[str]:
    """One thread."""
    return ["wrk", "-t1", *arguments, url]


def wrk(url: str, *arguments: str) -> str:
    """What wrk prints."""
    return printed_by([*ASKING, *wrk_command(url, *arguments)])


def printed_by(command: Sequence[str]) -> str:
    """What it writes to its standard output."""
    return subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRON).stdout


def printed_rate(printed: str) -> float:
    """Requests per second, as hey and wrk write it."""
    [found] = re.findall(r"Requests/sec:\s+([\d.]+)", printed)
    return float(found)


# Who answers, and who looks on


@contextmanager
def serving() -> Iterator[tuple[str, int]]:
    """The server's URL and its process."""
    program = HOME / "work" / "bench" / "fast_server"
    program.parent.mkdir(parents=True, exist_ok=True)
    source = HOME / "benchmarks" / "fast_server.c"
    subprocess.run(["gcc", "-O2", "-pthread", "-o", program, source], check=True)
    port = free_port()
    with background([*ANSWERING, str(program), str(port)], port) as process:
        yield f"http://127.0.0.1:{port}/", process.pid


def stop_for_a_second(process: int) -> None:
    """Let it stand still."""
    os.kill(process, signal.SIGSTOP)
    time.sleep(1)
    os.kill(process, signal.SIGCONT)


def peak(command: Sequence[str]) -> float:
    """The most memory (PSS, so that what is shared counts once) that it and its children had together, in MB."""
    most = 0
    with subprocess.Popen(
        [*ASKING, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRON
    ) as process:
        while process.poll() is None:
            most = max(most, sum(_pss(pid) for pid in _family(process.pid)))
            time.sleep(0.05)
    if process.returncode:
        sys.exit(f"{' '.join(command)}: ended with {process.returncode}")
    return most / 1e6


def _family(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
            return [pid, *(each for child in file.read().split() for each in _family(int(child)))]
    except OSError:
        return []


def _pss(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:  # noqa: PTH123
            return sum(int(size) * 1024 for size in re.findall(r"^Pss:\s+(\d+)", file.read(), re.MULTILINE))
    except OSError:
        return 0


if __name__ == "__main__":
    sys.exit(not main())
