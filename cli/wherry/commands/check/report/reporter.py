"""What every report is told, and what it is given to write with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.results import Result, Summary


class Line(Record):
    """A check that is going to be tried, as a `Result` names it: its place in the run from 0, and where it stands."""

    index: int
    suite: str
    group: str
    name: str
    file: str
    line: int


class Write(Protocol):
    """Takes a piece of a report, in its order. Raises WherryError where it cannot be written."""

    def __call__(self, text: str, /) -> None: ...


class Reporter(Protocol):
    """One report of one run: begin once, each result as it comes, end once.

    Results come in the order in which checks end, and there may be more of them than lines were planned: a list that
    is captured grows while the run is on, and a repeated check has a result for each time. Each method raises
    WherryError, or BrokenPipeError for standard output, when something could not be written.
    """

    def begin(self, planned: Sequence[Line], /) -> None: ...

    def result(self, result: Result, /) -> None: ...

    def end(self, summary: Summary, /) -> None: ...
