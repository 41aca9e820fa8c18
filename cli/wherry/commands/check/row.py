"""A check as the table of `--watch` has it: what is known of it so far."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from wherry.commands.check.results import Status

if TYPE_CHECKING:
    from wherry.commands.check.report.reporter import Line
    from wherry.commands.check.results import Result


class Standing(StrEnum):
    """Where a check stands, in the word that it is counted with; what matters more comes later."""

    WAITING = "waiting"
    RUNNING = "running"
    SKIPPED = "skipped"
    PASSED = "passed"
    FLAKY = "flaky"
    WARNED = "warned"
    FAILED = "failed"
    ERROR = "error"

    @property
    def weight(self) -> int:
        """How much it matters."""
        return list(Standing).index(self)


@dataclass(slots=True)
class Row:
    """A check, or one of those that a list made.

    ``seconds`` is how long it took, ``began_s`` when its last attempt or first one began, since the run did.
    ``times`` and ``unmet`` count its results and those that did not pass, and ``worst`` is the one that matters most:
    a run may be repeated.
    """

    index: int
    suite: str
    file: str
    name: str
    standing: Standing = Standing.WAITING
    attempts: int = 0
    began_s: float = 0.0
    seconds: float = 0.0
    words: str = ""
    times: int = 0
    unmet: int = 0
    worst: Standing | None = None
    worst_words: str = ""


def planned(line: Line) -> Row:
    """The row of a check that nobody has begun."""
    return Row(line.index, _suite(line), line.file, line.name)


def of_result(result: Result) -> Row:
    """The row of a check that nobody had planned."""
    return Row(result.index, _suite(result), result.file, result.name)


def standing(result: Result) -> Standing:
    """How a check ended, with the marks that a status alone has not."""
    if result.warns:
        return Standing.WARNED
    if result.status is Status.PASSED:
        return Standing.FLAKY if result.flaky else Standing.PASSED
    return {
        Status.FAILED: Standing.FAILED, Status.ERROR: Standing.ERROR, Status.SKIPPED: Standing.SKIPPED,
    }[result.status]  # fmt: skip


def _suite(of: Line | Result) -> str:
    return f"{of.suite}.{of.group}" if of.group else of.suite
