"""The report for people: a line a check as it ends, what is wrong with it below, and a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.report.detail import Titles, among, detail, measured, place, said, tally
from wherry.commands.check.results import Status
from wherry.core.quantity import format_duration
from wherry.ui.plain import no_command, one_line
from wherry.ui.progress import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wherry.commands.check.report.detail import Shown
    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.results import Result, Summary
    from wherry.ui.paint import Paint

_INDENT: Final = " " * 7
_NO_TIME: Final = " " * 7
_COLORS: Final = {"ok": "green", "FAIL": "red", "error": "red", "skip": "yellow", "warn": "yellow", "flaky": "yellow"}
_NAMED: Final = 64  # columns for the names of what was skipped together
_MOST_REPEATED: Final = 20
_SHORT: Final = 10  # so many checks are seen at once, and need not be named again below


class Text:
    """Streams. ``verbose`` shows what was measured of what passed too, ``quiet`` only what did not pass."""

    def __init__(self, write: Write, paint: Paint, *, verbose: bool, quiet: bool) -> None:
        self._put = write
        self._paint = paint
        self._verbose = verbose
        self._quiet = quiet
        self._titles = Titles(())
        self._skipped = _Skipped()
        self._failing: list[tuple[str, str]] = []

    def begin(self, planned: Sequence[Line]) -> None:
        self._titles = Titles(planned)

    def result(self, result: Result) -> None:
        skipped = result.status is Status.SKIPPED and not self._verbose
        if not (skipped and self._skipped.words == result.words):
            self._tell_skipped()
        if skipped:
            self._skipped.add(self._titles.of(result), result.words)
            return
        if result.fails and len(self._failing) < _MOST_REPEATED:
            self._failing.append((_state(result), f"{self._titles.of(result)}  {place(result)}"))
        passed = result.status is Status.PASSED and not result.flaky
        if passed and self._quiet:
            return
        parts = [self._line(result)]
        if not passed and result.status is not Status.SKIPPED:
            parts += self._indented(detail(result))
        if self._verbose:
            parts += self._indented(measured(result))
            if passed and (result.request or result.url):
                parts += self._indented([(one_line(result.request or result.url), "cyan")])
        self._write(parts)

    def end(self, summary: Summary) -> None:
        self._tell_skipped()
        parts = [""] if summary.total else []
        if summary.total > _SHORT:
            for state, words in self._failing:
                parts.append(f"{self._state(state)}  {words}")
            more = summary.failed + summary.errors - summary.warned - len(self._failing)
            if more > 0:
                parts.append(f"{_INDENT}and {more} more")
            if self._failing:
                parts.append("")
        self._write([*parts, *self._verdict(summary)])

    def _line(self, result: Result) -> str:
        state = self._state(_state(result))
        took = f"{format_duration(result.seconds):>7}" if result.status is not Status.SKIPPED else _NO_TIME
        words = said(result) if result.flaky or not result.unmet else ""  # else they are told below, in full
        words = f": {words}" if words else ""
        return f"{state}  {self._paint(took, 'dim')}  {self._titles.of(result)}{words}"

    def _state(self, state: str) -> str:
        return self._paint(state, _COLORS[state]) + " " * (5 - len(state))

    def _indented(self, shown: Iterable[Shown]) -> list[str]:
        return [f"{_INDENT}{self._paint(text, *styles)}" for text, *styles in shown]

    def _tell_skipped(self) -> None:
        skipped, self._skipped = self._skipped, _Skipped()
        if not skipped.count:
            return
        about = skipped.names[0] if skipped.count == 1 else f"{skipped.count} checks"
        parts = [f"{self._state('skip')}  {_NO_TIME}  {about}: {one_line(skipped.words)}"]
        if skipped.count > 1:
            more = skipped.count - len(skipped.names)
            names = ", ".join(skipped.names) + (f" and {more} more" if more else "")
            parts += self._indented([(names, "dim")])
        self._write(parts)

    def _write(self, parts: Iterable[str]) -> None:
        self._put("".join(f"{no_command(part)}\n" for part in parts))

    def _verdict(self, summary: Summary) -> list[str]:
        verdict = self._paint("ok", "green", "bold") if summary.ok else self._paint("FAILED", "red", "bold")
        notes = [f"among them {among(summary)}"] if among(summary) else []
        if summary.ended:
            notes.append(f"ended early: {one_line(summary.ended)}")
        elif not summary.passed and summary.failed + summary.errors == summary.warned:
            notes.append("nothing passed, so nothing is known to be well")
        return [f"{verdict}  {tally(summary)}", *(f"{' ' * (4 if summary.ok else 8)}{note}" for note in notes)]


class _Skipped:
    """Checks that were skipped one after the other for one reason; the names of the first."""

    def __init__(self) -> None:
        self.words = ""
        self.count = 0
        self.names: list[str] = []

    def add(self, name: str, words: str) -> None:
        self.words = words
        self.count += 1
        if self.count == len(self.names) + 1 and (not self.names or cells(", ".join([*self.names, name])) <= _NAMED):
            self.names.append(name)


def _state(result: Result) -> str:
    if result.warns:
        return "warn"
    if result.status is Status.PASSED:
        return "flaky" if result.flaky else "ok"
    return {Status.FAILED: "FAIL", Status.ERROR: "error", Status.SKIPPED: "skip"}[result.status]
