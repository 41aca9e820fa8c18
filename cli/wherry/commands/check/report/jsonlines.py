"""A JSON object a line, as checks end: for runs that are long, and for whoever reads along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.check.report.fields import of_result, of_summary
from wherry.core.jsontext import dumps
from wherry.core.record import as_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.results import Result, Summary


class JsonLines:
    """``event`` says what a line is: ``planned`` a check that will be tried, ``result``, and at last ``summary``."""

    def __init__(self, write: Write) -> None:
        self._write = write

    def begin(self, planned: Sequence[Line]) -> None:
        for line in planned:
            self._write(dumps({"event": "planned"} | as_dict(line)) + "\n")

    def result(self, result: Result) -> None:
        self._write(dumps({"event": "result"} | of_result(result)) + "\n")

    def end(self, summary: Summary) -> None:
        self._write(dumps({"event": "summary"} | of_summary(summary)) + "\n")
