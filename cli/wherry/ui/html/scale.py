"""Scales of charts: round numbers along an axis, and where a value stands between its ends."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

_LONG_STEPS_S: Final[Sequence[float]] = (
    15, 20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
)  # fmt: skip
_MOST_MARKS: Final = 7
_MOST_DECADES: Final = 12


class Scale(Record):
    """From ``low`` to ``high``, which are not equal, with ``marks`` between them."""

    low: float
    high: float
    marks: tuple[float, ...]
    log: bool = False

    def place(self, value: float) -> float:
        """Where ``value`` stands: 0 at the low end, 1 at the high one, and never beyond."""
        low, high, at = self.low, self.high, min(max(value, self.low), self.high)
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(at)
        return (at - low) / (high - low)


def time_step(seconds: float) -> float:
    """A round number of seconds of which two to five make ``seconds``, which are more than zero."""
    unit = 10.0 ** math.floor(math.log10(seconds))
    steps = [unit * part for part in (0.2, 0.5, 1.0, 2.0)] if seconds <= 50 else _LONG_STEPS_S
    return next((step for step in steps if step * 5 >= seconds), seconds / 5)


def time_scale(seconds: float) -> Scale:
    """From 0 to exactly ``seconds``, or to a millisecond where that is less."""
    seconds = max(seconds, 0.001)
    step = time_step(seconds)
    return Scale(0.0, seconds, tuple(step * place for place in range(math.floor(seconds / step + 1e-9) + 1)))


def linear(high: float) -> Scale:
    """From 0 to the round number at or above ``high``, in two to five round steps."""
    high = max(high, 1e-9)
    unit = 10.0 ** math.floor(math.log10(high))
    step = next(unit * part for part in (0.2, 0.5, 1.0, 2.0) if unit * part * 5 >= high * (1 - 1e-9))
    steps = math.ceil(high / step - 1e-9)
    return Scale(0.0, step * steps, tuple(step * place for place in range(steps + 1)))


def logarithmic(low: float, high: float, *, marks_within: bool = False) -> Scale:
    """From 1, 2 or 5 times a power of ten at or below ``low`` (at least 1) to one at or above ``high``.

    ``marks_within``: from ``low`` to ``high`` exactly, and only the marks are round, if there are two. Marked are all
    of these numbers, or where they are too many only the powers of ten, or each second or third of those.
    """
    round_ones = [part * 10.0**power for power in range(_MOST_DECADES) for part in (1, 2, 5)]
    low = min(max(low, 1.0), round_ones[-2])
    high = min(max(high, low), round_ones[-1])
    begin = max(mark for mark in round_ones if mark <= low)
    end = min(mark for mark in round_ones if mark >= high and mark > begin)
    if marks_within and low < high:
        begin, end = low, high
    marks = [mark for mark in round_ones if begin <= mark <= end]
    if len(marks) > _MOST_MARKS:
        powers = [mark for place, mark in enumerate(round_ones) if place % 3 == 0 and begin <= mark <= end]
        marks = powers[:: -(-len(powers) // _MOST_MARKS)]
    return Scale(begin, end, tuple(marks) if len(marks) > 1 else (begin, end), log=True)
