"""A histogram as a record has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.record import Distribution
from wherry.core.hdr import encode

if TYPE_CHECKING:
    from wherry.core.histogram import Histogram

# As in record.Distribution.
PERCENTILES: Final = {"50": 50, "75": 75, "90": 90, "95": 95, "99": 99, "99.9": 99.9, "99.99": 99.99}


def distribution(histogram: Histogram) -> Distribution:
    """All of ``histogram``, with the numbers that people read."""
    count = histogram.count
    if not count:
        return Distribution(count=0)
    values = histogram.percentiles(*PERCENTILES.values())
    return Distribution(
        count=count,
        min_us=histogram.min,
        mean_us=histogram.mean,
        stdev_us=histogram.stdev,
        max_us=histogram.max,
        percentiles={name: value for name, value in zip(PERCENTILES, values, strict=True) if value is not None},
        hdr=encode(histogram),
    )
