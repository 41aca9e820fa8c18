"""What is compared of two groups of runs."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.load.record import Record

# A histogram knows a duration to a thousandth, and never to less than a microsecond.
_RELATIVE: Final = 0.001
_MICROSECOND: Final = 1.0
# Of a run of two thousand requests, one.
_SHARE: Final = 0.0005
# Twenty powers of e: what is beyond is without bounds to anybody, and nearly to arithmetic.
_MOST: Final = 20.0


class Metric(NamedTuple):
    """One number of a run. ``value`` is None where a run has none.

    ``unit``: ``us`` (microseconds), ``per_s`` or ``share`` (0 to 1). ``more_is_worse`` says which way is bad.
    ``relative``: changes are ratios, and means are taken of logarithms, so that half and double are as far; else
    changes are differences.
    """

    name: str
    unit: str
    value: Callable[[Record], float | None]
    more_is_worse: bool = True
    relative: bool = True

    def grain(self, typical: float) -> float:
        """How finely it is measured where its value is ``typical``, as :meth:`scaled` has it: less means nothing."""
        if not self.relative:
            return _SHARE
        return max(_RELATIVE, _MICROSECOND / typical) if self.unit == "us" else _RELATIVE

    def scaled(self, value: float) -> float:
        """``value`` as means and differences are taken of it."""
        return log(value) if self.relative else value

    def change(self, difference: float) -> float:
        """A difference of scaled values as people say it: 0.1 is 10 % more, or 10 percentage points."""
        return exp(min(difference, _MOST)) - 1 if self.relative else difference


def _percentile(name: str) -> Callable[[Record], float | None]:
    return lambda record: record.latency.percentiles.get(name)


METRICS: Final = (
    Metric("p50", "us", _percentile("50")),
    Metric("p90", "us", _percentile("90")),
    Metric("p99", "us", _percentile("99")),
    Metric("throughput", "per_s", lambda record: record.throughput_per_s, more_is_worse=False),
    Metric("error rate", "share", lambda record: record.error_rate, relative=False),
)
