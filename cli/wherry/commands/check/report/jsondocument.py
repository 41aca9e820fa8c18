"""One JSON document: the summary, and every check in the order of the suites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.check.report.fields import of_result, of_summary
from wherry.core.jsontext import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.report.spool import Spool
    from wherry.commands.check.results import Result, Summary


class JsonDocument:
    """The fields of :func:`of_summary`, and ``checks``: an array of :func:`of_result`, one on a line."""

    def __init__(self, write: Write, spool: Spool) -> None:
        self._write = write
        self._spool = spool

    def begin(self, planned: Sequence[Line]) -> None:
        """Nothing is known yet."""

    def result(self, result: Result) -> None:
        self._spool.add(dumps(of_result(result)), order=result.index)

    def end(self, summary: Summary) -> None:
        self._write(dumps(of_summary(summary)).removesuffix("}") + ',"checks":[')
        separator = "\n"
        for text in self._spool.texts():
            self._write(separator + text)
            separator = ",\n"
        self._write("\n]}\n")
