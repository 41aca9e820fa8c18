"""Who is told what happens in a run: its reports, and the table on the terminal where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wherry.commands.check.report.reporter import Line, Reporter
    from wherry.commands.check.results import Result, Summary


class Table(Protocol):
    """What `--watch` shows."""

    def begin(self, lines: Sequence[Line], /) -> None: ...

    def expanded(self, index: int, lines: Sequence[Line], /) -> None: ...

    def started(self, index: int, number: int, words: str, /) -> None: ...

    def result(self, result: Result, /) -> None: ...

    def end(self, summary: Summary, /) -> None: ...


class Audience:
    """Reports alone."""

    def __init__(self, reports: Reporter) -> None:
        self._reports = reports

    def begin(self, lines: Sequence[Line]) -> None:
        """The checks that are going to be tried."""
        self._reports.begin(lines)

    def started(self, index: int, number: int, words: str) -> None:
        """Reports are about what has ended."""

    def expanded(self, index: int, lines: Sequence[Line]) -> None:
        """Reports take results as they come."""

    def result(self, result: Result) -> None:
        """A check has ended."""
        self._reports.result(result)

    def end(self, summary: Summary) -> None:
        """Raises WherryError for a report that could not be written."""
        self._reports.end(summary)


class Watched:
    """Reports with a table; ``quiet`` ends its painting.

    What a report has for the same terminal is ``held`` until the table stays as it is, and then given to ``show``.
    """

    def __init__(
        self,
        reports: Reporter,
        table: Table,
        *,
        held: Sequence[str],
        show: Callable[[str], None],
        quiet: Callable[[], object],
    ) -> None:
        self._reports = reports
        self._table = table
        self._held = held
        self._show = show
        self._quiet = quiet

    def begin(self, lines: Sequence[Line]) -> None:
        """The checks that are going to be tried."""
        self._table.begin(lines)
        self._reports.begin(lines)

    def started(self, index: int, number: int, words: str) -> None:
        """An attempt begins."""
        self._table.started(index, number, words)

    def expanded(self, index: int, lines: Sequence[Line]) -> None:
        """A list has become checks."""
        self._table.expanded(index, lines)

    def result(self, result: Result) -> None:
        """A check has ended."""
        self._table.result(result)
        self._reports.result(result)

    def end(self, summary: Summary) -> None:
        """Raises WherryError for a report that could not be written."""
        self._quiet()
        self._table.end(summary)
        try:
            self._reports.end(summary)
        finally:
            for text in self._held:
                self._show(text)
