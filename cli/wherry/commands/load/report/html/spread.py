"""Latency by percentile: to the right each nine has as much room as the one before, upwards is the logarithm of time.

It is what HdrHistogram's plotters draw (https://hdrhistogram.github.io/HdrHistogram/plotFiles.html).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.commands.load.report.html.chart import HEIGHT, WIDTH, Axis, chart, key, line, place
from wherry.commands.load.report.html.table import scrolling, table, time
from wherry.core.hdr import decode
from wherry.ui.html.scale import Scale, logarithmic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.record import Distribution, Record

_POINTS: Final = 240
_LEVELS: Final = (50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99, 99.999, 99.9999, 99.99999)
_MOST_NINES: Final = 9


def spread(record: Record) -> str:
    """The section; empty where nothing ended."""
    shown = [(of, words, one) for of, words, one in _series(record) if one.count and one.hdr]
    if not shown:
        return ""
    count = max(one.count for _, _, one in shown)
    nines = min(max(math.log10(count), 1.0), _MOST_NINES)
    # All of them are within the greatest, which has no place on this axis: it stands where the others end.
    levels = [*(100 * (1 - 10 ** -(nines * number / _POINTS)) for number in range(_POINTS)), 100.0]
    told = [level for level in _LEVELS if _nines(level) <= nines]
    values = [decode(one.hdr).percentiles(*levels, *told, 100.0) for _, _, one in shown]
    every = [value for one in values for value in one if value is not None]
    if not every:
        return ""
    whole = [float(number) for number in range(math.floor(nines) + 1)]
    x = Axis(Scale(0.0, nines, tuple(whole)), tuple(_level(number) for number in whole))
    y = Axis.of(logarithmic(min(every), max(every)), time)
    rows = [
        (
            x.scale.place(min(_nines(level), nines)),
            [_percent(level), *(time(one[len(levels) + number]) for one in values)],
        )
        for number, level in enumerate([*told, 100.0])
    ]
    lines = [
        line(of, [(WIDTH * at // _POINTS, place(y.scale, one[at] or 0, HEIGHT)) for at in range(len(levels))])
        for (of, _, _), one in zip(shown, values, strict=True)
    ]
    within = ", ".join(f"{cells[0]} of requests within {cells[1]}" for _, cells in (rows[0], rows[-1]))
    return (
        '<section aria-labelledby="spread">'
        '<h2 id="spread">Latency by percentile <small>logarithmic both ways</small></h2>\n'
        + key((of, words) for of, words, _ in shown)
        + chart(
            x,
            y,
            reversed(lines),
            f"Latency by percentile: {within}",
            table="percentiles",
            columns=range(1, len(shown) + 1),
        )
        + scrolling("Percentiles", table("percentiles", ["of requests", *(words for _, words, _ in shown)], rows))
        + "</section>\n"
    )


def _series(record: Record) -> Sequence[tuple[str, str, Distribution]]:
    """Class, words and values of each line, what matters most first."""
    lines = [("a", "latency", record.latency)]
    if record.counts.failed and record.counts.answered:
        lines.append(("b", "answered", record.successful))
    if record.plan.mode == "open":
        lines.append(("c", "service", record.service))
    return lines


def _nines(level: float) -> float:
    return math.inf if level >= 100 else -math.log10(1 - level / 100)


def _level(nines: float) -> str:
    """``0%``, ``90%``, ``99%``, ``99.9%`` and so on."""
    return _percent(100 * (1 - 10**-nines))


def _percent(level: float) -> str:
    return f"{level:.7f}".rstrip("0").rstrip(".") + "%"
