"""All reports of a run as one. One that cannot be written does not keep the others from being whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wherry.commands.check.report.reporter import Line, Reporter
    from wherry.commands.check.report.spool import Spool
    from wherry.commands.check.results import Result, Summary
    from wherry.ui.wholefile import WholeFile


class Report:
    """One report: who makes it, the file that it goes to, if any, and what it keeps for its end."""

    __slots__ = ("file", "name", "reporter", "spool")

    def __init__(self, name: str, reporter: Reporter, file: WholeFile | None, spool: Spool) -> None:
        self.name = name
        self.reporter = reporter
        self.file = file
        self.spool = spool

    def end(self, summary: Summary) -> None:
        """Write its end, and put the file in its place."""
        self.reporter.end(summary)
        if self.file is not None:
            self.file.finish()

    def discard(self) -> None:
        """Leave nothing behind that is not whole."""
        self.spool.close()
        if self.file is not None:
            self.file.discard()


class Together:
    """The reporter that a run is given: it tells every report.

    A report that fails is given up at once, and told of by :meth:`end`: the run and the other reports go on. Only when
    the reader of standard output has gone, and nothing else is written, does BrokenPipeError come at once.
    """

    def __init__(self) -> None:
        self._reports: list[Report] = []
        self._failures: list[str] = []
        self._gone: BrokenPipeError | None = None

    def add(self, report: Report) -> None:
        """One more, before the beginning."""
        self._reports.append(report)

    def begin(self, planned: Sequence[Line]) -> None:
        """Raises BrokenPipeError."""
        self._each(lambda report: report.reporter.begin(planned))

    def result(self, result: Result) -> None:
        """Raises BrokenPipeError."""
        self._each(lambda report: report.reporter.result(result))

    def end(self, summary: Summary) -> None:
        """Write what can be written, then raise WherryError for what could not, or else BrokenPipeError."""
        self._each(lambda report: report.end(summary))
        if self._failures:
            raise WherryError("; ".join(self._failures))
        if self._gone is not None:
            raise self._gone

    def discard(self) -> None:
        """Leave nothing behind that is not whole."""
        for report in self._reports:
            report.discard()
        self._reports.clear()

    def _each(self, tell: Callable[[Report], None]) -> None:
        for report in [*self._reports]:
            try:
                tell(report)
            except WherryError as error:
                self._failures.append(f"the {report.name} report is missing: {error}")
            except BrokenPipeError as exc:
                self._gone = exc
            else:
                continue
            self._reports.remove(report)
            report.discard()
        if self._gone is not None and not self._reports and not self._failures:
            raise self._gone
