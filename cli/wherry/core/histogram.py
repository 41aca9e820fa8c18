"""Durations counted in buckets of relative width: HdrHistogram's layout for 1 µs to 1 h at 3 significant digits.

Up to 2,047 µs each microsecond has a bucket of its own; from there on each power of two is cut into 1,024. So a value
that is read is never more than 0.1 % above the one that was recorded, memory is the same for any number of them,
and histograms are merged by adding, which loses nothing. (Gil Tene's HdrHistogram; its Java original is the
reference for every definition here.)
"""

from __future__ import annotations

import math
from bisect import bisect_left
from fractions import Fraction
from itertools import accumulate, compress
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

LOWEST_US: Final = 1
HIGHEST_US: Final = 3_600_000_000
DIGITS: Final = 3
# 2 * 10**3 values in single steps, rounded up to a power of two; half of them are the lower bucket's.
SUB_BUCKETS: Final = 2048
_HALF: Final = SUB_BUCKETS // 2
_HALF_BITS: Final = _HALF.bit_length() - 1
BUCKETS: Final = 22
SIZE: Final = (BUCKETS + 1) * _HALF
_INDEXES: Final = range(SIZE)

# Index and count of each bucket that is not empty, the lowest index first.
Sparse: TypeAlias = list[tuple[int, int]]


def index_of(us: int) -> int:
    """The bucket of ``us``, of 1 to ``HIGHEST_US``. A hot path may write these two lines itself."""
    shift = max(us.bit_length() - 11, 0)
    return (shift << 10) + (us >> shift)


def lowest_of(index: int) -> int:
    """The least value (µs) that is counted at ``index``."""
    shift = max((index >> _HALF_BITS) - 1, 0)
    return (index - (shift << _HALF_BITS)) << shift


def highest_of(index: int) -> int:
    """The greatest value (µs) that is counted at ``index``: what a percentile is said to be, so never too little."""
    shift = max((index >> _HALF_BITS) - 1, 0)
    return ((index - (shift << _HALF_BITS) + 1) << shift) - 1


def power_of(index: int) -> int:
    """The power of two at or below the values that are counted at ``index``: 10 for 1,024 to 2,047 µs."""
    return lowest_of(index).bit_length() - 1


class Histogram:
    """How many values are in each bucket. ``counts`` may be changed directly, by :func:`index_of`."""

    __slots__ = ("counts",)

    def __init__(self, sparse: Iterable[tuple[int, int]] = ()) -> None:
        self.counts = [0] * SIZE
        self.add_sparse(sparse)

    def record(self, us: int, n: int = 1) -> None:
        """Count ``us`` ``n`` times. What is out of bounds counts as the bound."""
        self.counts[index_of(min(max(us, LOWEST_US), HIGHEST_US))] += n

    def merge(self, other: Histogram) -> None:
        """Add all that ``other`` has counted."""
        self.add_sparse(other.sparse())

    def add_sparse(self, sparse: Iterable[tuple[int, int]]) -> None:
        """Add what :meth:`sparse` gave, here or in another process. Raises IndexError beyond ``SIZE``."""
        counts = self.counts
        for index, count in sparse:
            counts[index] += count

    def sparse(self) -> Sparse:
        """All that is not zero."""
        counts = self.counts
        return list(zip(compress(_INDEXES, counts), filter(None, counts), strict=True))

    @property
    def count(self) -> int:
        """How many values were recorded."""
        return sum(self.counts)

    @property
    def min(self) -> int | None:
        """The least value, as low as its bucket begins; None where there is none."""
        return next(map(lowest_of, compress(_INDEXES, self.counts)), None)

    @property
    def max(self) -> int | None:
        """The greatest value, as high as its bucket ends; None where there is none."""
        return next((highest_of(index) for index in reversed(_INDEXES) if self.counts[index]), None)

    @property
    def mean(self) -> float | None:
        """The mean, each value taken for the middle of its bucket; None where there is none."""
        sparse = self.sparse()
        return sum(_middle_of(index) * count for index, count in sparse) / self.count if sparse else None

    @property
    def stdev(self) -> float | None:
        """The standard deviation of all values (not of a sample), each taken for the middle of its bucket."""
        mean = self.mean
        if mean is None:
            return None
        squares = math.fsum((_middle_of(index) - mean) ** 2 * count for index, count in self.sparse())
        return math.sqrt(squares / self.count)

    def percentile(self, q: float) -> int | None:
        """The value (µs) that at least ``q`` per cent of all are not above, as high as its bucket ends.

        ``q`` is 0 to 100; 0 is the least value. None where there is none.
        """
        return self.percentiles(q)[0]

    def percentiles(self, *qs: float) -> tuple[int | None, ...]:
        """The :meth:`percentile` of each of ``qs``, at the price of one."""
        return percentiles_of(self.sparse(), *qs)


def percentiles_of(sparse: Sparse, *qs: float) -> tuple[int | None, ...]:
    """The percentiles of a histogram of which only the counters that are not zero are there, the lowest index first."""
    if not sparse:
        return (None,) * len(qs)
    reached = list(accumulate(count for _, count in sparse))
    return tuple(
        highest_of(sparse[bisect_left(reached, rank(q, reached[-1]))][0]) if q else lowest_of(sparse[0][0]) for q in qs
    )


def rank(q: float, total: int) -> int:
    """Which of ``total`` values in order is the percentile ``q``, from 1.

    The product is exact, and ``q`` the decimal number that it is written as: 99.9 % of 1,000 is the 999th, where
    binary fractions say 999.0000000000001 and thus the next. Raises ValueError unless it is 0 to 100.
    """
    if not 0 <= q <= 100:
        raise ValueError(f"there is no percentile {q}")
    return max(1, math.ceil(Fraction(repr(q)) * total / 100))


def _middle_of(index: int) -> int:
    shift = max((index >> _HALF_BITS) - 1, 0)
    return lowest_of(index) + ((1 << shift) >> 1)
