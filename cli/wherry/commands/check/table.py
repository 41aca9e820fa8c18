"""The words of the table of `--watch`: rows that fit into the terminal's columns, and whole ones that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.row import Standing
from wherry.core.quantity import format_duration
from wherry.ui.plain import one_line
from wherry.ui.progress import cells, clip, clock, pad

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wherry.commands.check.results import Summary
    from wherry.commands.check.row import Row
    from wherry.ui.paint import Paint

    Painted = tuple[str, int]

_STATE_WIDTH: Final = 5
_WIDEST_NAME: Final = 40
_NARROW: Final = 60
_EFFORT_WIDTH: Final = 12
_STATES: Final[dict[Standing, tuple[str, ...]]] = {
    Standing.WAITING: ("", "dim"), Standing.RUNNING: ("run", "cyan"), Standing.SKIPPED: ("skip", "yellow"),
    Standing.PASSED: ("ok", "green"), Standing.FLAKY: ("flaky", "yellow"), Standing.WARNED: ("warn", "yellow"),
    Standing.FAILED: ("FAIL", "red"), Standing.ERROR: ("error", "red"),
}  # fmt: skip


def name_width(rows: Iterable[Row]) -> int:
    """Columns for the names, so that the words stand in one column."""
    return min(max((cells(one_line(row.name)) for row in rows), default=0), _WIDEST_NAME)


def heading(row: Row, columns: int, paint: Paint) -> Painted:
    """The suite that the rows below belong to, and its file."""
    suite = clip(one_line(row.suite), columns)
    file = clip(f"  {one_line(row.file)}", columns - cells(suite)) if row.file else ""
    return paint(suite, "bold") + paint(file, "dim"), cells(suite) + cells(file)


def live(row: Row, now_s: float, columns: int, names: int, paint: Paint) -> Painted:
    """A check in one row: where it stands, name, words; attempts and time at the right where there is room."""
    effort = ""
    if columns >= _NARROW:
        attempts = f"{row.attempts}x" if row.attempts > 1 else ""
        effort = f"{attempts} {_time(row, now_s):>6}".rjust(_EFFORT_WIDTH)
    room = columns - _STATE_WIDTH - 2 - (len(effort) + 2 if effort else 0)
    if room <= 0:
        word, *styles = _STATES[row.standing]
        text = clip(word, columns)
        return paint(text, *styles), cells(text)
    # Half of the room at most is the name's, so that something of the words is always to be seen.
    name = pad(one_line(row.name), min(names, max(room // 2, 8), room))
    middle = pad(f"{name}  {_words(row)}", room)
    if not effort:
        middle = middle.rstrip()
    text = f"{_state(row, paint)}  {middle}" + (f"  {paint(effort, 'dim')}" if effort else "")
    return text, _STATE_WIDTH + 2 + cells(middle) + (len(effort) + 2 if effort else 0)


def whole(row: Row, now_s: float, columns: int, names: int, paint: Paint) -> str:
    """A check as it stays: nothing is cut off, and what is longer than the terminal is wide wraps."""
    name = one_line(row.name)
    name += " " * (min(names, columns // 3) - cells(name))
    time = _time(row, now_s)
    attempts = f"{row.attempts} attempts, " if row.attempts > 1 else ""
    parts = (_state(row, paint), name, _words(row), paint(f"({attempts}{time})", "dim") if time else "")
    return "  ".join(part for part in parts if part).rstrip()


def more(counts: Mapping[Standing, int], columns: int, paint: Paint) -> Painted:
    """What is not shown, where there are more checks than rows."""
    text = clip(f"and {sum(counts.values())} more: {_counted(counts)}", columns)
    return paint(text, "dim"), cells(text)


def footer(counts: Mapping[Standing, int], seconds: float, columns: int, paint: Paint) -> Painted:
    """How all checks stand, and the ``seconds`` since the run began."""
    now = clock(seconds)
    text = pad(_counted(counts) or "no checks", columns - len(now) - 2).rstrip()
    text = clip(f"{text}  {now}", columns)
    return paint(text, "bold"), cells(text)


def end(counts: Mapping[Standing, int], summary: Summary, paint: Paint) -> str:
    """The last line of the table that stays."""
    verdict = paint("ok", "green", "bold") if summary.ok else paint("FAILED", "red", "bold")
    ended = f"; {one_line(summary.ended)}" if summary.ended else ""
    return f"{verdict}  {_counted(counts) or 'no checks'} in {format_duration(summary.seconds)}{ended}"


def _state(row: Row, paint: Paint) -> str:
    word, *styles = _STATES[row.standing]
    return paint(word, *styles) + " " * (_STATE_WIDTH - len(word))


def _words(row: Row) -> str:
    words = one_line(row.words)
    if row.times > 1:
        times = f"{row.unmet} of {row.times} times not as expected" if row.unmet else f"{row.times} times"
        words = f"{times}; {words}" if words else times
    return words


def _time(row: Row, now_s: float) -> str:
    if row.standing in (Standing.WAITING, Standing.SKIPPED):
        return ""
    return clock(max(now_s - row.began_s, 0.0)) if row.standing is Standing.RUNNING else format_duration(row.seconds)


def _counted(counts: Mapping[Standing, int]) -> str:
    """``1 failed, 12 passed, 3 running``, with what matters most in front."""
    return ", ".join(f"{counts[one]} {one}" for one in reversed(Standing) if counts[one])
