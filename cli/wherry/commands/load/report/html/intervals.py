"""What the run was at each time of it: rates, percentiles, and all latencies as a map of heat."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from wherry.commands.load.report.html.chart import HEIGHT, WIDTH, Axis, chart, key, line, place
from wherry.commands.load.report.html.heat import heat_map
from wherry.commands.load.report.html.table import scrolling, table, time
from wherry.commands.load.report.words import per_second
from wherry.core.quantity import format_duration
from wherry.ui.html.scale import linear, logarithmic, time_scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.record import Record, Step

# So that what stays the same all the time does not hide behind the upper end.
_HEADROOM: Final = 1.05
_SHORTEST_S: Final = 1e-6
_LONGEST_S: Final = 1e9
_TABLE: Final = "intervals"
_HEAD: Final = ("at", "target", "sent", "answered", "failed", "open", "p50", "p90", "p99", "max")
_RATES: Final = (2, 3, 4)
_RATES_AND_TARGET: Final = (1, 2, 3, 4)
_LATENCIES: Final = (6, 7, 8, 9)
_LINES: Final = (("m", "max"), ("d", "p99"), ("c", "p90"), ("a", "p50"))


def intervals(record: Record) -> str:
    """The sections; empty where there are no steps."""
    # A file that says that it is a record may hold any numbers.
    steps = [step for step in record.steps if 0 <= step.at_s <= _LONGEST_S and _SHORTEST_S <= step.for_s <= _LONGEST_S]
    if not steps:
        return ""
    x = Axis.of(time_scale(max(step.at_s + step.for_s for step in steps)), _clock)
    map_of_heat = heat_map(steps, x, table=_TABLE, columns=_LATENCIES)
    rows = [(x.scale.place(step.at_s + step.for_s / 2), _cells(step)) for step in steps]
    return (
        _rates(steps, x, scheduled=record.plan.mode == "open")
        + _latencies(steps, x)
        + map_of_heat
        + '<section aria-labelledby="times"><h2 id="times">Intervals</h2>\n'
        + scrolling(f"{len(steps)} of them", table(_TABLE, _HEAD, rows))
        + "</section>\n"
    )


def _rates(steps: Sequence[Step], x: Axis, *, scheduled: bool) -> str:
    steps = _even(steps)
    answered = [(step, 0.0, step.answered / step.for_s) for step in steps]
    failed = [(step, low, low + step.failed / step.for_s) for step, _, low in answered]
    heights = [high for _, _, high in failed]
    entries = [("answered", "answered as expected"), ("failed", "failed, above those")]
    lines: dict[str, list[tuple[Step, float | None]]] = {"edge": [(step, height) for step, _, height in answered]}
    if scheduled:
        entries += [("sent", "sent"), ("target", "target")]
        lines["sent"] = [(step, step.sent / step.for_s) for step in steps]
        lines["target"] = [(step, step.target_per_s) for step in steps]
        heights += [height for of in ("sent", "target") for _, height in lines[of] if height is not None]
    y = Axis.of(linear(max(heights) * _HEADROOM), _short_rate)
    drawing = [_blocks("answered", answered, x, y), _blocks("failed", failed, x, y)]
    drawing += [_stairs(of, values, x, y) for of, values in lines.items()]
    most = max(step.answered / step.for_s for step in steps)
    return (
        '<section aria-labelledby="rates"><h2 id="rates">Requests per second</h2>\n'
        + key(entries)
        + chart(
            x,
            y,
            drawing,
            f"Requests per second over time, {per_second(most)} answered at most",
            table=_TABLE,
            columns=_RATES_AND_TARGET if scheduled else _RATES,
        )
        + "</section>\n"
    )


def _latencies(steps: Sequence[Step], x: Axis) -> str:
    values = {
        "m": [step.max_us for step in steps], "d": [step.p99_us for step in steps],
        "c": [step.p90_us for step in steps], "a": [step.p50_us for step in steps],
    }  # fmt: skip
    every = [value for one in values.values() for value in one if value is not None]
    if not every:
        return ""
    y = Axis.of(logarithmic(min(every), max(every)), time)
    middles = [place(x.scale, step.at_s + step.for_s / 2, WIDTH) for step in steps]
    drawing = [
        line(of, [
            None if value is None else (at, place(y.scale, value, HEIGHT))
            for at, value in zip(middles, values[of], strict=True)
        ])
        for of, _ in reversed(_LINES)
    ]  # fmt: skip
    says = f"Percentiles of latency over time, from {time(min(every))} to {time(max(every))}"
    return (
        '<section aria-labelledby="over"><h2 id="over">Latency over time <small>logarithmic</small></h2>\n'
        + key((of, words) for of, words in _LINES if any(value is not None for value in values[of]))
        + chart(x, y, drawing, says, table=_TABLE, columns=_LATENCIES)
        + "</section>\n"
    )


def _even(steps: Sequence[Step]) -> list[Step]:
    """``steps``, a last one that is short joined with the one before: few requests in little time are no rate."""
    if len(steps) < 2 or steps[-1].for_s >= steps[-2].for_s / 2:
        return list(steps)
    *kept, one, other = steps
    together = one.for_s + other.for_s
    target = None
    if one.target_per_s is not None and other.target_per_s is not None:
        target = (one.target_per_s * one.for_s + other.target_per_s * other.for_s) / together
    return [*kept, replace(
        one, for_s=together, sent=one.sent + other.sent, answered=one.answered + other.answered,
        failed=one.failed + other.failed, target_per_s=target,
    )]  # fmt: skip


def _blocks(of: str, values: Sequence[tuple[Step, float, float]], x: Axis, y: Axis) -> str:
    """A block for each step, from one value to another."""
    parts = []
    for step, low, high in values:
        begin, end = _ends(step, x)
        bottom, top = place(y.scale, low, HEIGHT), place(y.scale, high, HEIGHT)
        if top > bottom:
            parts.append(f"M{begin} {HEIGHT - top}h{end - begin}v{top - bottom}H{begin}z")
    return f'<path class="{of}" d="{"".join(parts)}"/>' if parts else ""


def _stairs(of: str, values: Sequence[tuple[Step, float | None]], x: Axis, y: Axis) -> str:
    """A line that stays level for the time of each step."""
    points: list[tuple[int, int] | None] = []
    for step, value in values:
        if value is None:
            points.append(None)
        else:
            up = place(y.scale, value, HEIGHT)
            points += [(end, up) for end in _ends(step, x)]
    return line(of, points)


def _ends(step: Step, x: Axis) -> tuple[int, int]:
    return place(x.scale, step.at_s, WIDTH), place(x.scale, step.at_s + step.for_s, WIDTH)


def _cells(step: Step) -> list[str]:
    target = "-" if step.target_per_s is None else per_second(step.target_per_s)
    return [
        _clock(step.at_s), target, per_second(step.sent / step.for_s), per_second(step.answered / step.for_s),
        per_second(step.failed / step.for_s), f"{step.open_connections:,}",
        *map(time, (step.p50_us, step.p90_us, step.p99_us, step.max_us)),
    ]  # fmt: skip


def _short_rate(per_s: float) -> str:
    """In little room: ``1,500/s``, ``20k/s``, ``1.5M/s``."""
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if per_s >= max(size, 10_000):
            return f"{per_s / size:g}{unit}/s"
    return per_second(per_s)


def _clock(seconds: float) -> str:
    return format_duration(math.floor(seconds * 1000 + 0.5) / 1000)
