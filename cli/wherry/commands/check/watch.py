"""`--watch`: a table on the terminal, a row a check, that changes while checks run and stays when the run is over.

It does not make checks run again: where ``--until`` or ``--repeat`` do, their rows change in place. Where there are
more checks than rows, those that failed and those that run come first, and the rest is counted.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from wherry.commands.check import table
from wherry.commands.check.row import Row, Standing, of_result, planned, standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wherry.commands.check.report.reporter import Line
    from wherry.commands.check.results import Result, Summary
    from wherry.ui.paint import Paint
    from wherry.ui.progress import Block
    from wherry.ui.report import Choice


class Place(Enum):
    """Where the table goes: nowhere, beside reports that go elsewhere, or before a text report on the same terminal."""

    NONE = auto()
    BESIDE = auto()
    BEFORE_TEXT = auto()


def place(choices: Sequence[Choice], *, can_repaint: bool, stdout_tty: bool) -> Place:
    """Decide it for the reports chosen. ``can_repaint`` is about standard error, where the table would be painted."""
    if not can_repaint or any(choice.path is None and not choice.on_stdout for choice in choices):
        return Place.NONE
    shown = next((choice.format for choice in choices if choice.on_stdout), None)
    if not stdout_tty or shown is None:
        return Place.BESIDE
    return Place.BEFORE_TEXT if shown == "text" else Place.NONE


class Watch:
    """A report on the terminal. Paints at each tick; between them it only takes note."""

    def __init__(self, block: Block, paint: Paint, *, before_text: bool) -> None:
        """``before_text``: a report follows that tells the verdict, so the table need not."""
        self._block = block
        self._paint = paint
        self._before_text = before_text
        self._rows: dict[int, Row] = {}
        # Each holds its rows in the order in which they came there, so that the newest is the last.
        self._in: dict[Standing, dict[int, Row]] = {one: {} for one in Standing}
        self._names = 0
        self._now_s = 0.0

    def begin(self, lines: Sequence[Line]) -> None:
        """A row for each check that is going to be tried."""
        self._add([planned(line) for line in lines])

    def expanded(self, index: int, lines: Sequence[Line]) -> None:
        """The row of a check that a list makes many of gives way to theirs; in another round, only what is new is."""
        if index not in self._rows:
            self._add([planned(line) for line in lines if line.index not in self._rows])
            return
        before = list(self._rows.values())
        del self._in[self._rows[index].standing][index]
        self._rows.clear()
        for row in before:
            if row.index == index:
                self._add([planned(line) for line in lines])
            else:
                self._rows[row.index] = row

    def started(self, index: int, number: int, words: str = "") -> None:
        """Attempt ``number``, from 1, begins; ``words`` are those of the failed one before it."""
        row = self._rows[index]
        if row.standing is not Standing.RUNNING:
            row.began_s = self._now_s
        row.attempts = number
        row.words = words
        self._move(row, Standing.RUNNING)

    def result(self, result: Result) -> None:
        """A check has ended. Where it was not for the first time, its row says how it ended at its worst."""
        if result.index not in self._rows:
            self._add([of_result(result)])
        row = self._rows[result.index]
        row.attempts = len(result.attempts)
        row.seconds = result.seconds
        row.times += 1
        now = standing(result)
        row.unmet += now in (Standing.WARNED, Standing.FAILED, Standing.ERROR)
        if row.worst is None or now.weight >= row.worst.weight:
            row.worst = now
            row.worst_words = result.words
        row.words = row.worst_words
        self._move(row, row.worst)

    def tick(self, seconds: float) -> None:
        """Paint how things stand ``seconds`` after the start."""
        self._now_s = seconds
        columns, height = self._block.size
        counts = self._counts()
        shown = self._shown(height - 1)
        lines = [
            table.heading(row, columns, self._paint)
            if first
            else table.live(row, seconds, columns, self._names, self._paint)
            for row, first in shown
        ]
        rest = counts.copy()
        for row, first in shown:
            if not first:
                rest[row.standing] -= 1
        if any(rest.values()):
            lines.append(table.more(rest, columns, self._paint))
        lines.append(table.footer(counts, seconds, columns, self._paint))
        self._block.paint(lines[-height:])

    def end(self, summary: Summary) -> None:
        """The whole table, which stays."""
        columns, _ = self._block.size
        above = [
            table.heading(row, columns, self._paint)[0]
            if first
            else table.whole(row, self._now_s, columns, self._names, self._paint)
            for row, first in _with_headings(list(self._rows.values()))
        ]
        if not self._before_text:
            above.append(table.end(self._counts(), summary, self._paint))
        self._block.paint([], above)

    def close(self) -> None:
        """Take the rows away."""
        self._block.close()

    def _add(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._rows[row.index] = row
            self._in[Standing.WAITING][row.index] = row
        self._names = max(self._names, table.name_width(rows))

    def _move(self, row: Row, to: Standing) -> None:
        if row.standing is not to:
            del self._in[row.standing][row.index]
            self._in[to][row.index] = row
            row.standing = to

    def _counts(self) -> dict[Standing, int]:
        return {one: len(rows) for one, rows in self._in.items()}

    def _shown(self, height: int) -> list[tuple[Row, bool]]:
        """Rows and headings in the order of the run: all of them, or as many as leave a line to count the rest."""
        if len(self._rows) <= height:
            everything = _with_headings(list(self._rows.values()))
            if len(everything) <= height:
                return everything
        chosen: dict[int, Row] = {}
        suites: set[tuple[str, str]] = set()
        room = height - 1
        for row in self._by_weight(room):
            room -= 1 + ((row.suite, row.file) not in suites)
            if room < 0:
                break
            suites.add((row.suite, row.file))
            chosen[row.index] = row
        place = {index: number for number, index in enumerate(self._rows) if index in chosen}
        return _with_headings(sorted(chosen.values(), key=lambda row: place[row.index]))

    def _by_weight(self, room: int) -> Iterator[Row]:
        """What failed, the newest first, and what runs, the oldest first, each at most half while both are many."""
        failed = [*self._in[Standing.ERROR].values(), *self._in[Standing.FAILED].values()]
        failed.reverse()
        running = list(self._in[Standing.RUNNING].values())
        half = max(room // 2, room - len(running))
        yield from failed[:half]
        yield from running
        yield from failed[half:]
        for one in (Standing.WARNED, Standing.FLAKY, Standing.PASSED, Standing.WAITING, Standing.SKIPPED):
            rows = self._in[one].values()
            yield from rows if one is Standing.WAITING else reversed(rows)


def _with_headings(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Each row, after its suite's heading where another suite's stands before it; True marks the heading."""
    shown: list[tuple[Row, bool]] = []
    suite = None
    for row in rows:
        if (row.suite, row.file) != suite:
            suite = (row.suite, row.file)
            shown.append((row, True))
        shown.append((row, False))
    return shown
