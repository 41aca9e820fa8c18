"""A stretch of a schedule in its place: which arrivals fall into it, and when."""

from __future__ import annotations

from math import ceil, floor, lcm, sqrt
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from fractions import Fraction

_NS: Final = 1_000_000_000


class Piece:
    """The rate goes evenly from ``first`` to ``last`` (per second) between ``begins`` and ``ends`` (seconds).

    ``before`` is the integral of the rate up to its begin, ``reached`` up to its end: arrival i is in it when
    before <= i < reached. ``ends`` is None where it has no end; its rate is constant then.
    """

    def __init__(
        self, begins: Fraction, ends: Fraction | None, first: Fraction, last: Fraction, before: Fraction
    ) -> None:
        self.begins = begins
        self.ends = ends
        self.before = before
        self.reached = None if ends is None else before + (first + last) / 2 * (ends - begins)
        self._steady = first if first == last else None
        self._first, self._last = float(first), float(last)
        self._slope = 0.0 if ends is None else float((last - first) / (ends - begins))
        # Taken in two steps from the number of an arrival: that leaves what is small exact, however many came before.
        self._before = _split(before)
        self._reached = None if self.reached is None else _split(self.reached)
        self._begins_ns = floor(begins * _NS)
        self._ends_ns = None if ends is None else floor(ends * _NS)

    def moments(self, arrivals: Iterable[int]) -> Iterator[int]:
        """When each of ``arrivals`` comes, in whole nanoseconds after the schedule's begin, rounded down."""
        if self._steady:
            # begins + (i - before) / rate over one denominator: exact, however long the run.
            step, origin = _NS / self._steady, (self.begins - self.before / self._steady) * _NS
            over = lcm(step.denominator, origin.denominator)
            factor, offset = int(step * over), int(origin * over)
            for arrival in arrivals:
                yield (arrival * factor + offset) // over
        else:
            yield from map(self.ns_of, arrivals)

    def ns_of(self, arrived: float) -> int:
        """When the integral of the rate reaches ``arrived``, in whole nanoseconds after the schedule's begin.

        The quadratic is solved from the end where the rate is lower, in the form that subtracts nothing.
        """
        if self._slope >= 0 or self._ends_ns is None or self._reached is None:
            whole, part = self._before
            return self._begins_ns + int(_since(arrived - whole - part, self._first, self._slope) * _NS)
        whole, part = self._reached
        left_ns = ceil(_since(whole - arrived + part, self._last, -self._slope) * _NS)
        return max(self._begins_ns, self._ends_ns - left_ns)

    def planned_by(self, t_s: float) -> float:
        """The integral of the rate up to ``t_s``, which is not before this piece; after it, as far as it went."""
        if self.ends is not None and self.reached is not None and t_s >= self.ends:
            return float(self.reached)
        into_s = t_s - float(self.begins)
        return float(self.before) + (self._first + self._slope * into_s / 2) * into_s

    def rate_at(self, t_s: float) -> float:
        """The rate at ``t_s``, which is within."""
        return self._first + self._slope * (t_s - float(self.begins))


def _split(number: Fraction) -> tuple[int, float]:
    whole = floor(number)
    return whole, float(number - whole)


def _since(arrived: float, rate: float, slope: float) -> float:
    """Seconds in which a rate that begins at ``rate`` and grows by ``slope`` a second has brought ``arrived``."""
    return 2 * arrived / (rate + sqrt(rate * rate + 2 * slope * arrived)) if arrived > 0 else 0.0
