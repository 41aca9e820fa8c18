"""Where things stand in the charts of a page."""

from __future__ import annotations

import re

import pytest
from html_tree import read
from load_samples import CLOSED, OPEN, of
from msgspec.structs import replace

from wherry.commands.load.record import Counts, Step
from wherry.commands.load.report.html.heat import LEVELS, level_of
from wherry.commands.load.report.html.intervals import intervals
from wherry.commands.load.report.html.spread import spread

QUIET = Counts(sent=1000, answered=1000)


def charts(page):
    """What is drawn in each section: the paths by class, and the words at the marks."""
    found = {}
    for section in read(page).all("section"):
        for plot in section.all("svg"):
            if "role" in plot.attributes:
                paths = {one.attributes["class"]: one.attributes["d"] for one in plot.all("path")}
                words = [[one.text for one in side.all("text")] for side in plot.all("g")]
                found[section.one("h2").attributes["id"]] = (paths, *words)
    return found


def step(at_s, for_s=1.0, **fields):
    return Step(at_s=at_s, for_s=for_s, **fields)


def drawn(steps, record=CLOSED):
    return charts(intervals(replace(record, steps=tuple(steps))))


def points(path):
    return [tuple(map(int, pair)) for pair in re.findall(r"[ML](\d+) (\d+)", path)]


def test_each_nine_has_the_same_room():
    paths, across, up = charts(spread(replace(OPEN, counts=QUIET)))["spread"]
    assert across == ["0%", "90%", "99%", "99.9%"]
    assert paths["grid"].startswith("M0 0v1000M3333 0v1000M6667 0v1000M10000 0v1000")
    assert up == ["1ms", "2ms", "5ms", "10ms", "20ms", "50ms"]
    assert paths.keys() == {"grid", "a", "c"}


def test_the_curve_is_that_of_the_histogram():
    """One of a hundred took a hundred times as long: at 99 % and only there the line goes up."""
    odd = of(*[10_000] * 990, *[990_000] * 10)
    paths, _, up = charts(spread(replace(CLOSED, latency=odd)))["spread"]
    assert up == ["10ms", "20ms", "50ms", "100ms", "200ms", "500ms", "1s"]
    low = [at for at, height in points(paths["a"]) if height > 990]
    high = [at for at, height in points(paths["a"]) if height < 10]
    assert len(low) + len(high) == len(points(paths["a"])) == 241
    assert max(low) < 6667 <= min(high) + 42, "a nine is 3,333 units wide, a piece of the line 41 or 42"


def test_it_ends_at_the_greatest():
    paths, _, _ = charts(spread(replace(CLOSED, latency=of(*[1_000] * 999, 60_000_000))))["spread"]
    *_, before, last = points(paths["a"])
    assert last[0] == 10_000
    assert before[1] - last[1] > 800


@pytest.mark.parametrize(
    "record, lines",
    [
        pytest.param(CLOSED, {"a"}, id="closed: latency alone"),
        pytest.param(replace(CLOSED, counts=replace(QUIET, failed=1)), {"a", "b"}, id="what was answered beside it"),
        pytest.param(OPEN, {"a", "b", "c"}, id="open: service too"),
    ],
)
def test_lines_of_the_distribution(record, lines):
    assert charts(spread(record))["spread"][0].keys() == {"grid", *lines}


def test_failures_stand_above_answers():
    paths, across, up = drawn([step(0.0, sent=100, answered=60, failed=40), step(1.0, sent=50, answered=50)])["rates"]
    assert up == ["0/s", "50/s", "100/s", "150/s"]
    assert across == ["0s", "500ms", "1s", "1.5s", "2s"]
    assert paths["answered"] == "M0 600h5000v400H0zM5000 667h5000v333H5000z"
    assert paths["failed"] == "M0 333h5000v267H0z"
    assert paths.keys() == {"grid", "answered", "failed", "edge"}, "a closed loop has no target"


def test_the_target_and_what_was_sent_are_lines():
    paths, _, _ = drawn([step(0.0, sent=50, answered=40, target_per_s=100.0), step(1.0, target_per_s=None)], OPEN)[
        "rates"
    ]
    assert points(paths["target"]) == [(0, 333), (5000, 333)]
    assert points(paths["sent"]) == [(0, 667), (5000, 667), (5000, 1000), (10000, 1000)]


def test_a_short_end_is_no_rate_of_its_own():
    """Five requests in a hundredth of a second are not 500 a second."""
    paths, _, up = drawn([step(0.0, answered=100), step(1.0, answered=100), step(2.0, 0.01, answered=5)])["rates"]
    assert up[-1] == "150/s"
    assert paths["answered"].count("M") == 2
    assert paths["answered"].split("M")[2].startswith("4975 307h5025"), "105 in 1.01 s"


def test_latency_has_a_gap_where_nothing_ended():
    one = {"p50_us": 1_000, "p90_us": 1_000, "p99_us": 10_000, "max_us": 100_000}
    paths, _, up = drawn([step(0.0, **one), step(1.0), step(2.0, **one), step(3.0, **one)])["over"]
    assert up == ["1ms", "2ms", "5ms", "10ms", "20ms", "50ms", "100ms"]
    assert paths["a"] == "M1250 1000h0M6250 1000h0L8750 1000"
    assert paths["d"] == "M1250 500h0M6250 500h0L8750 500"
    assert paths["m"] == "M1250 0h0M6250 0h0L8750 0"


def test_only_percentiles_that_there_are_have_a_colour_in_the_key():
    page = intervals(replace(CLOSED, steps=(step(0.0, p50_us=1_000),)))
    over = next(one for one in read(page).all("section") if one.attributes["aria-labelledby"] == "over")
    assert [one.text for one in over.one("ul").all("li")] == ["p50"]


def test_the_map_of_heat():
    """Two rows, from 1,024 to 4,096 µs: the fast ones below, the slow ones above."""
    heat = [(*[0] * 10, 64), (*[0] * 10, 64, 1), ()]
    paths, _, up = drawn([step(float(at), heat=one) for at, one in enumerate(heat)])["heat"]
    assert paths.keys() == {"grid", "h1", f"h{LEVELS}"}
    assert paths[f"h{LEVELS}"] == "M0 500h6667v500H0z", "cells of one level that touch are one"
    assert paths["h1"] == "M3333 0h3334v500H3333z"
    assert up == ["1.02ms", "4.1ms"]


def test_levels():
    assert [level_of(count, 1000) for count in (-1, 0, 1, 3, 10, 100, 999, 1000)] == [0, 0, 1, 1, 3, 5, 6, 6]
    assert level_of(1, 1) == LEVELS
    levels = [level_of(count, 10**6) for count in range(1, 10**6, 997)]
    assert levels == sorted(levels)


def test_the_table_has_the_numbers_of_each_interval():
    one = step(
        0.0, 0.5, sent=60, answered=50, failed=5, target_per_s=110.0, open_connections=7, p50_us=1_500, p90_us=2_000,
        p99_us=30_000, max_us=60_000,
    )  # fmt: skip
    page = intervals(replace(OPEN, steps=(one, step(0.5, 0.5))))
    table = next(one for one in read(page).all("table"))
    assert [[cell.text for cell in line if cell.name in ("th", "td")] for line in table.all("tr")] == [
        ["at", "target", "sent", "answered", "failed", "open", "p50", "p90", "p99", "max"],
        ["0s", "110/s", "120/s", "100/s", "10/s", "7", "1.5ms", "2ms", "30ms", "60ms"],
        ["500ms", "-", "0/s", "0/s", "0/s", "0", "-", "-", "-", "-"],
    ]
    assert [line.attributes["data-x"] for line in table.one("tbody").all("tr")] == ["0.2500", "0.7500"]
