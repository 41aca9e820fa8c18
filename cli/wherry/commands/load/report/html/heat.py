"""All latencies over time: a cell for each step and power of two, the fuller the more requests it holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.commands.load.report.html.chart import HEIGHT, WIDTH, Axis, chart, place
from wherry.commands.load.report.html.table import time
from wherry.ui.html.scale import logarithmic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.record import Step

LEVELS: Final = 6
_MOST_BITS: Final = 32  # an hour in microseconds has as many


def heat_map(steps: Sequence[Step], x: Axis, *, table: str, columns: Sequence[int]) -> str:
    """The section; empty where nothing ended."""
    filled = [bit for step in steps for bit, count in enumerate(step.heat[:_MOST_BITS]) if count > 0]
    if not filled:
        return ""
    lowest, highest = min(filled), max(filled)
    most = max(max(step.heat[:_MOST_BITS], default=0) for step in steps)
    rows = highest - lowest + 1
    y = Axis.of(logarithmic(2**lowest, 2 ** (highest + 1), marks_within=True), time)
    cells: list[list[str]] = [[] for _ in range(LEVELS)]
    for bit in range(lowest, highest + 1):
        top, bottom = (HEIGHT - round(HEIGHT * (bit - lowest + more) / rows) for more in (1, 0))
        for begin, end, level in _runs(steps, bit, most, x):
            cells[level - 1].append(f"M{begin} {top}h{end - begin}v{bottom - top}H{begin}z")
    drawing = [f'<path class="h{level}" d="{"".join(one)}"/>' for level, one in enumerate(cells, 1) if one]
    says = f"How many requests took how long over time, from {time(2**lowest)} to {time(2 ** (highest + 1))}"
    swatches = "".join(f'<i class="h{level}"></i>' for level in range(1, LEVELS + 1))
    return (
        '<section aria-labelledby="heat"><h2 id="heat">All latencies over time <small>logarithmic</small></h2>\n'
        f'<p class="key">requests in a cell: 1 <span aria-hidden="true">{swatches}</span> {most:,}</p>\n'
        + chart(x, y, drawing, says, table=table, columns=columns)
        + "</section>\n"
    )


def level_of(count: int, most: int) -> int:
    """1 to `LEVELS` by the logarithm, so that a few slow requests are seen among many fast ones; 0 for none."""
    if count <= 0:
        return 0
    return min(LEVELS, 1 + int(LEVELS * math.log(count) / math.log(most))) if most > 1 else LEVELS


def _runs(steps: Sequence[Step], bit: int, most: int, x: Axis) -> list[tuple[int, int, int]]:
    """Begin, end and level of the cells at ``bit``; cells of one level that touch are one."""
    runs: list[tuple[int, int, int]] = []
    for step in steps:
        level = level_of(step.heat[bit], most) if bit < len(step.heat) else 0
        if not level:
            continue
        begin, end = place(x.scale, step.at_s, WIDTH), place(x.scale, step.at_s + step.for_s, WIDTH)
        if runs and runs[-1][1] == begin and runs[-1][2] == level:
            begin = runs.pop()[0]
        runs.append((begin, end, level))
    return runs
