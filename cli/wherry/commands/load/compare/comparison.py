"""What became better, what worse, and what cannot be told."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from wherry.commands.load.compare.metrics import METRICS
from wherry.commands.load.compare.resampling import differences, enough, median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.compare.metrics import Metric
    from wherry.commands.load.compare.resampling import Difference
    from wherry.commands.load.record import Record


class Verdict(StrEnum):
    """Of one metric, or of all."""

    BETTER = "better"
    WORSE = "worse"
    UNKNOWN = "cannot tell"


class Compared(NamedTuple):
    """One metric. ``old`` and ``new`` are medians over the runs of a side, None where a run has no value.

    ``change``, and ``low`` and ``high`` which bound it, are shares of the old value, or differences where the metric is
    a share itself; None where there are too few runs, or no values.
    """

    metric: Metric
    old: float | None
    new: float | None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    verdict: Verdict = Verdict.UNKNOWN

    def worse_by(self, share: float) -> bool:
        """Whether it became worse by more than ``share``, all of the interval included."""
        if self.verdict is not Verdict.WORSE or self.low is None or self.high is None:
            return False
        return self.low > share if self.metric.more_is_worse else self.high < -share


class Comparison(NamedTuple):
    """All metrics, how many runs each side has, and how many of all the client held back, not the server."""

    old_runs: int
    new_runs: int
    metrics: tuple[Compared, ...]
    limited: int = 0

    @property
    def few(self) -> bool:
        """There are too few runs to tell anything."""
        return not enough(self.old_runs, self.new_runs)

    @property
    def verdict(self) -> Verdict:
        """Worse where anything is; better where something is and nothing worse."""
        found = {compared.verdict for compared in self.metrics}
        return next((each for each in (Verdict.WORSE, Verdict.BETTER) if each in found), Verdict.UNKNOWN)


def compare(old: Sequence[Record], new: Sequence[Record], *, seed: int = 0) -> Comparison:
    """Two sides of at least one run each."""
    known, found = [], {}
    for metric in METRICS:
        before, after = _values(metric, old), _values(metric, new)
        if before is None or after is None:
            old_value, new_value = (None if values is None else median(values) for values in (before, after))
            found[metric] = Compared(metric, old_value, new_value)
        else:
            known.append((metric, before, after))
    differing = differences(
        [[metric.scaled(value) for value in before] for metric, before, _ in known],
        [[metric.scaled(value) for value in after] for metric, _, after in known],
        [metric.grain(median(before)) for metric, before, _ in known],
        seed=seed,
    )
    for (metric, before, after), difference in zip(known, differing, strict=True):
        found[metric] = _compared(metric, median(before), median(after), difference)
    limited = sum(bool(record.limited) for record in (*old, *new))
    return Comparison(len(old), len(new), tuple(found[metric] for metric in METRICS), limited)


def _values(metric: Metric, records: Sequence[Record]) -> list[float] | None:
    """One of each run, unless one has none, or one of which no ratio can be taken."""
    values = [value for record in records if (value := metric.value(record)) is not None]
    if len(values) < len(records) or (metric.relative and min(values) <= 0):
        return None
    return values


def _compared(metric: Metric, old: float, new: float, difference: Difference) -> Compared:
    if difference.low is None or difference.high is None:
        return Compared(metric, old, new, metric.change(difference.estimate))
    grain = metric.grain(old)
    low, high = difference.low - grain, difference.high + grain
    verdict = Verdict.UNKNOWN
    if difference.told and (low > 0 or high < 0):
        verdict = Verdict.WORSE if (low > 0) == metric.more_is_worse else Verdict.BETTER
    return Compared(
        metric, old, new, metric.change(difference.estimate), metric.change(low), metric.change(high), verdict
    )
