"""Many first starts at once: one unpacks, nobody fails, nothing is left."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from .runtime import LIMIT_S, contents, left_in, linux

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = linux

STARTS = 20


def all_run(person) -> None:
    processes = [person.start("version") for _ in range(STARTS)]
    ends = [(*process.communicate(timeout=LIMIT_S), process.returncode) for process in processes]
    assert ends == [(person.genuine.version, "", 0)] * STARTS


def test_first_starts(victim, genuine):
    all_run(victim)
    assert {path.name for path in victim.place.iterdir()} == {genuine.identity, ".lock"}
    folder = victim.place / genuine.identity
    assert {path.name for path in folder.iterdir()} == {"wherry", "modules", "lib", ".sealed"}


@pytest.mark.parametrize("name", ["wherry", "modules", "lib"])
def test_starts_after_damage(victim, genuine, name):
    victim.runs()
    folder = victim.place / genuine.identity
    before = contents(folder)
    if name == "lib":
        shutil.rmtree(folder / name)
    else:
        os.truncate(folder / name, 1000)
    all_run(victim)
    assert contents(folder) == before
    victim.runs()
    assert {path.name for path in victim.place.iterdir()} == {genuine.identity, ".lock"}


def test_starts_with_a_seal_that_is_gone(victim, genuine):
    victim.runs()
    folder = victim.place / genuine.identity
    (folder / ".sealed").unlink()
    all_run(victim)
    assert {path.name for path in folder.iterdir()} == {"wherry", "modules", "lib", ".sealed"}


def stop_while_it_unpacks(person):
    """A first start that is stopped with its work half done, and the folder it works in."""
    while True:
        process = person.start("version")
        new: list[Path] = []
        while not new and process.poll() is None:
            new = list(person.place.glob(".new-*"))
        process.send_signal(signal.SIGSTOP)
        if process.poll() is None:
            os.waitid(os.P_PID, process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        if process.poll() is None and new and new[0].exists():
            return process, new[0]
        process.send_signal(signal.SIGCONT)
        process.communicate()
        shutil.rmtree(person.place)


def test_a_process_that_was_stopped_while_it_unpacked_stops_nobody(victim, genuine):
    stopped, half = stop_while_it_unpacks(victim)
    victim.runs()
    assert half.exists(), "what another still works on is not taken away"
    stopped.send_signal(signal.SIGCONT)
    out, words = stopped.communicate(timeout=LIMIT_S)
    assert (stopped.returncode, out, words) == (0, genuine.version, "")
    (victim.place / genuine.identity / "modules").unlink()
    victim.runs()
    assert left_in(victim.place) == {genuine.identity}


def test_those_who_wait_go_on_when_the_one_they_wait_for_is_killed(victim, genuine):
    stopped, _ = stop_while_it_unpacks(victim)
    waiting = [victim.start("version") for _ in range(3)]
    stopped.kill()
    stopped.communicate()
    for process in waiting:
        out, words = process.communicate(timeout=LIMIT_S)
        assert (process.returncode, out, words) == (0, genuine.version, "")
    assert left_in(victim.place) == {genuine.identity}
