from __future__ import annotations

from wherry.commands.load.record import Distribution
from wherry.commands.load.tally.distribution import distribution
from wherry.core.hdr import decode
from wherry.core.histogram import Histogram


def test_all_numbers() -> None:
    histogram = Histogram()
    for us in range(1, 1001):
        histogram.record(us)
    found = distribution(histogram)

    assert (found.count, found.min_us, found.max_us, found.mean_us) == (1000, 1, 1000, 500.5)
    assert found.percentiles == {"50": 500, "75": 750, "90": 900, "95": 950, "99": 990, "99.9": 999, "99.99": 1000}
    assert decode(found.hdr).counts == histogram.counts


def test_nothing() -> None:
    assert distribution(Histogram()) == Distribution(count=0)
