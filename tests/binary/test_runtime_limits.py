"""Limits of the process: it works within them, or says in one line what it could not do."""

from __future__ import annotations

import os

import pytest

from .runtime import HINT, LAST_RESORTS, READ_ONLY, as_root, left_in, linux, ran, why_refused

pytestmark = linux

UNPACKED = ["a first start", "a later start"]


def works_or_says_why(process, genuine) -> None:
    if process.returncode == 0:
        ran(process, genuine)
    else:
        assert process.returncode == 3, (process.returncode, process.stderr)
        assert process.stderr.startswith("wherry: ")
        assert len(process.stderr.splitlines()) == 1 + process.stderr.count(HINT)


@as_root
@pytest.mark.parametrize("size", [0, 1, 4096, 1_000_000, 8_000_000])
def test_a_limit_on_the_size_of_files_stops_a_first_start(victim, size):
    """The kernel sends SIGXFSZ as well, which ends a program that does not expect it."""
    before = ["prlimit", f"--fsize={size}", "--"]
    why = why_refused(victim("version", before=before))
    assert why.count("File too large") == 5, why
    for place in (victim.place, *(victim.last_resort(parent) for parent in LAST_RESORTS)):
        assert not left_in(place)
    victim.runs()


def test_a_limit_on_the_size_of_files_and_a_chosen_folder(victim):
    chosen = victim.home / "chosen"
    before = ["prlimit", "--fsize=4096", "--"]
    assert "File too large" in why_refused(victim("version", before=before, WHERRY_RUNTIME_DIR=str(chosen)))
    assert not left_in(chosen)


@pytest.mark.parametrize("needs", ["nothing", "a seal"])
def test_a_limit_on_the_size_of_files_does_not_stop_a_later_start(victim, genuine, needs):
    victim.runs()
    if needs == "a seal":
        os.utime(victim.place / genuine.identity / "modules")
    victim.runs(before=["prlimit", "--fsize=0", "--"])


@pytest.mark.parametrize("when", UNPACKED)
@pytest.mark.parametrize("count", [3, 4, 5, 6, 8, 10, 16, 64])
def test_a_limit_on_open_files(victim, genuine, when, count):
    if when == "a later start":
        victim.runs()
    process = victim("version", before=["prlimit", f"--nofile={count}", "--"])
    works_or_says_why(process, genuine)
    assert process.returncode == 0 or count < 10, process.stderr
    victim.runs()
    assert left_in(victim.place) == {genuine.identity}


@as_root
@pytest.mark.parametrize("count", [4, 16, 64, 100, 256, 1024])
def test_a_limit_on_open_files_and_no_place(victim, genuine, machine, count):
    before = ["prlimit", f"--nofile={count}", "--"]
    process = machine(READ_ONLY, "version", uid=victim.uid, before=before, HOME="/nonexistent")
    works_or_says_why(process, genuine)
    assert process.returncode == 0 or count < 256, process.stderr


@pytest.mark.parametrize("when", UNPACKED)
@pytest.mark.parametrize("megabytes", [16, 32, 64, 128, 256])
def test_a_limit_on_memory(victim, genuine, when, megabytes):
    if when == "a later start":
        victim.runs()
    process = victim("version", before=["prlimit", f"--as={megabytes << 20}", "--"])
    assert process.returncode in (0, 1, 3, 127), (process.returncode, process.stderr)
    assert process.returncode == 0 or megabytes < 256, process.stderr
    assert not victim.place.exists() or left_in(victim.place) <= {genuine.identity}


@as_root
def test_no_further_processes(victim):
    victim.runs(before=["prlimit", "--nproc=1", "--"])


@pytest.mark.parametrize("kilobytes", [128, 1024])
def test_a_small_stack(victim, kilobytes):
    victim.runs(before=["prlimit", f"--stack={kilobytes << 10}", "--"])
    victim.runs(before=["prlimit", f"--stack={kilobytes << 10}", "--"])
