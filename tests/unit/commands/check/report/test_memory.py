"""A run of any length: what a report keeps in memory does not grow with it, but for a few numbers a check."""

from __future__ import annotations

import tracemalloc

import pytest
from report_samples import MADE, SUMMARY, attempt, result

from wherry.commands.check.report.github import Github
from wherry.commands.check.report.spool import Spool
from wherry.commands.check.report.stepsummary import StepSummary
from wherry.commands.check.results import Status, Unmet

CHECKS = 10_000


def results():
    """Every third fails, with a body to show."""
    for index in range(CHECKS):
        status = (Status.PASSED, Status.FAILED, Status.SKIPPED)[index % 3]
        unmet = (Unmet("body", "ready", f"{index} " * 200, "body: expected ready"),)
        yield result(
            index, f"check {index}", status, words=f"body of {index}", attempts=(attempt(1, status, unmet=unmet),)
        )


def peak(made):
    """Bytes that a report of all of them had at most, in what was written not counted."""
    spool, size = Spool(), 0

    def write(text):
        nonlocal size
        size += len(text)

    reporter = made(write, spool)
    tracemalloc.start()
    try:
        reporter.begin(())
        for each in results():
            reporter.result(each)
        reporter.end(SUMMARY)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        spool.close()


@pytest.mark.parametrize("name", ["text", "json", "jsonl", "junit", "tap", "prom"])
def test_memory(name):
    assert peak(MADE[name]) < 5_000_000


def test_memory_of_a_step_summary(tmp_path):
    assert peak(lambda write, _: Github(write, StepSummary(tmp_path / "summary"), str)) < 5_000_000
