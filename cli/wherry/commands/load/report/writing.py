"""Writes the reports of a run; one that cannot be written does not keep the others from being whole."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from wherry.errors import Interrupted, WherryError
from wherry.ui.report import report_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wherry.commands.load.record import Record
    from wherry.commands.load.report.rows import Row
    from wherry.ui.env import Env
    from wherry.ui.paint import Paint
    from wherry.ui.report import Choice
    from wherry.ui.wholefile import WholeFile


def write(record: Record, raw: Raw | None, choices: Sequence[Choice], env: Env) -> None:
    """Write all of ``choices``; see :class:`Reports`."""
    with opened(choices, env) as reports:
        reports.write(record, raw)


@contextmanager
def opened(choices: Sequence[Choice], env: Env, *, option: str = "--report") -> Iterator[Reports]:
    """Make the files of ``choices`` before a run begins, so that one that cannot be made is told of at once.

    What was not written when the block ends leaves nothing behind. Raises WherryError, and UsageError for a folder.
    """
    reports = Reports(env)
    try:
        for choice in choices:
            reports.add(choice, None if choice.on_stdout else report_file(choice, option))
        yield reports
    finally:
        reports.discard()


class Raw(Protocol):
    """The rows of single requests."""

    def rows(self) -> Iterable[Row]:
        """All of them by time; may be called again. Raises WherryError."""


class Reports:
    """The reports that are wanted, and their files."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._reports: list[tuple[Choice, WholeFile | None]] = []

    def add(self, choice: Choice, file: WholeFile | None) -> None:
        """One more; None is standard output."""
        self._reports.append((choice, file))

    def write(self, record: Record, raw: Raw | None = None) -> None:
        """Write what can be written, then raise WherryError for what could not, or else BrokenPipeError.

        ``raw`` must be given where :func:`formats.need_rows` says so.
        """
        failures = []
        gone = None
        while self._reports:
            choice, file = self._reports.pop(0)
            try:
                self._write(choice, file, record, raw)
            except Interrupted:
                raise  # nobody wants the others either
            except WherryError as error:
                failures.append(f"the {choice.format} report is missing: {error}")
            except BrokenPipeError as exc:
                gone = exc
            finally:
                if file is not None:
                    file.discard()
        if failures:
            raise WherryError("; ".join(failures))
        if gone is not None:
            raise gone

    def discard(self) -> None:
        """Leave nothing behind that is not whole."""
        for _, file in self._reports:
            if file is not None:
                file.discard()
        self._reports.clear()

    def _write(self, choice: Choice, file: WholeFile | None, record: Record, raw: Raw | None) -> None:
        console = self._env.console
        if file is None:
            for piece in pieces(choice.format, record, raw, console.paint_out):
                console.out_bytes(_bytes(piece))
            return
        from wherry.ui.paint import Paint

        for piece in pieces(choice.format, record, raw, Paint(on=False)):
            file.write(_bytes(piece))
        file.finish()


def pieces(name: str, record: Record, raw: Raw | None, paint: Paint) -> Iterable[str]:
    """The report in the format ``name``, a piece at a time, its newlines in it. ``paint`` is for the text."""
    match name:
        case "json":
            from wherry.commands.load.report.document import render

            return [render(record)]
        case "csv" | "jsonl":
            from wherry.commands.load.report.vegeta import csv_lines, json_lines

            assert raw is not None, "rows are kept where a report needs them"
            return (csv_lines if name == "csv" else json_lines)(raw.rows(), record.name)
        case "junit":
            from wherry.commands.load.report import junit

            return [junit.render(record)]
        case "hdr":
            from wherry.commands.load.report import hdr

            return [hdr.render(record)]
        case "html":
            from wherry.commands.load.report.html.render import render as page

            return [page(record)]
        case "prom":
            from wherry.commands.load.report import prom

            return [prom.render(record)]
        case _:
            from wherry.commands.load.report import text

            return [text.render(record, paint)]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
