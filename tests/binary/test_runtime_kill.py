"""Ended at any moment while it unpacks, it leaves nothing that the next start does not put right.

The moments are drawn at random from the time a first start takes here; WHERRY_TEST_SEED repeats those of a run that
failed.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import statistics
import subprocess
import time

import pytest

from .runtime import left_in, linux

pytestmark = linux

SEED = int(os.environ.get("WHERRY_TEST_SEED") or random.SystemRandom().randrange(1 << 32))


def first_start_s(person) -> float:
    """Seconds that a first start takes, the median of three."""
    times = []
    for _ in range(3):
        shutil.rmtree(person.place, ignore_errors=True)
        began = time.perf_counter()
        person.runs()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def end_at(person, moment_s: float, number: signal.Signals) -> bool:
    """Start it and send it a signal after that time; whether it had not ended before."""
    with person.start("version") as process:
        try:
            process.wait(timeout=moment_s)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        process.communicate()
        return process.returncode == -number


def works_after(person, number: signal.Signals, *, times: int, seed: int) -> None:
    moments = random.Random(seed)
    longest_s = first_start_s(person)
    folder = person.place / person.genuine.identity
    ended = 0
    for turn in range(times):
        if turn % 2:
            shutil.rmtree(folder)
        else:
            os.truncate(folder / "modules", 1000)
        ended += end_at(person, moments.uniform(0, longest_s), number)
        person.runs()
        assert left_in(person.place) == {folder.name}, f"WHERRY_TEST_SEED={seed}, turn {turn}"
        assert {path.name for path in folder.iterdir()} == {"wherry", "modules", "lib", ".sealed"}
    assert ended > times // 4, "it had ended before nearly every signal: nothing was tried"


@pytest.mark.parametrize("batch", range(4))
def test_killed_fifty_times(victim, batch):
    works_after(victim, signal.SIGKILL, times=50, seed=SEED + batch)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_ended_by_a_signal(victim, number):
    works_after(victim, number, times=8, seed=SEED)


def test_killed_while_it_takes_a_damaged_version_away(victim, genuine):
    """So many files lie in it that this takes a while."""
    victim.runs()
    folder = victim.place / genuine.identity
    os.truncate(folder / "modules", 1000)
    for number in range(20_000):
        (folder / "lib" / str(number)).touch()
    with victim.start("version") as process:
        while process.poll() is None and not list(victim.place.glob(".old-*")):
            pass
        process.kill()
    victim.runs()
    assert left_in(victim.place) == {genuine.identity}


def test_killed_many_times_in_a_row(victim, genuine):
    """What was left is taken away by the one that comes through, however much it is."""
    moments = random.Random(SEED)
    longest_s = first_start_s(victim)
    shutil.rmtree(victim.place)
    for _ in range(10):
        end_at(victim, moments.uniform(0, longest_s / 2), signal.SIGKILL)
    victim.runs()
    assert left_in(victim.place) == {genuine.identity}
