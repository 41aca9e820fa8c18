"""The table of percentiles, as plotters read it."""

from __future__ import annotations

import math
import re

from load_samples import NOTHING, OPEN

from wherry.commands.load.report.hdr import render


def points(text):
    """What HdrHistogram's plotFiles.html takes of a file: lines of four numbers that are no comment."""
    rows = [re.split(" +", line.strip()) for line in text.split("\n") if not line.strip().startswith("#")]
    return [(float(row[3]), float(row[0])) for row in rows if len(row) == 4 and row[0] != "Value"]


def test_a_plotter_reads_it():
    text = render(OPEN)
    assert text.split("\n")[0].split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    found = points(text)
    assert found[0] == (1.0, 2.0)
    assert found == sorted(found)
    assert found[-1][1] == 21.983
    assert all(math.isfinite(x) for x, _ in found)


def test_its_end_tells_of_all():
    *_, mean, most, buckets, _ = render(OPEN).split("\n")
    assert re.fullmatch(r"#\[Mean    = +11\.992, StdDeviation   = +5\.77\d\]", mean)
    assert re.fullmatch(r"#\[Max     = +21\.983, Total count    = +1000\]", most)
    assert buckets.startswith("#[Buckets = ")


def test_a_run_without_an_answer_is_an_empty_table():
    assert points(render(NOTHING)) == []
    assert "Total count    =            0]" in render(NOTHING)
