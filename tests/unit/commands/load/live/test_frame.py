"""The picture of a run that goes on: what is in it, where it has to be small, and that it stays calm."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.events import Progress, Stage
from wherry.commands.load.live.frame import frame
from wherry.commands.load.live.look import Look
from wherry.commands.load.record import Counts, ErrorClass, Failures, Plan, Step
from wherry.ui.paint import Paint
from wherry.ui.progress import cells

LOOK = Look(Paint(on=False), blocks=True)
ASCII = Look(Paint(on=False), blocks=False)
COLOUR = Look(Paint(on=True), blocks=True)
PLAN = Plan(
    mode="open", methods=("GET",), urls=("http://127.0.0.1:8080/api/orders",), targets=1, connections=50, jobs=2,
    duration_s=30.0, rate="500/s", arrivals="constant", timeout_s=30.0,
)  # fmt: skip
CLOSED = Plan(
    mode="closed", methods=("GET",), urls=("http://127.0.0.1:8080/",), targets=1, connections=50, jobs=1,
    requests=1000, timeout_s=30.0,
)  # fmt: skip
PROGRESS = Progress(
    elapsed_s=12.34, stage=Stage.MEASURING, done=0.4,
    counts=Counts(planned=15_000, sent=6207, answered=6189, failed=11, late=3),
    sent_per_s=498.2, answered_per_s=497.9, target_per_s=500.0, open_connections=50,
    latency_us={"50": 2230, "75": 3000, "90": 13_300, "99": 36_900, "99.9": 111_000, "max": 931_000},
    statuses={"200": 6189, "503": 11},
    failures=(Failures(kind=ErrorClass.STATUS, words="HTTP 503", count=11),),
    steps=(Step(at_s=0.0, for_s=6.0, heat=(0, 0, 5)), Step(at_s=6.0, for_s=6.0, heat=(0, 0, 5, 1))),
)  # fmt: skip


def lines(progress=PROGRESS, columns=80, rows=23, plan=PLAN, look=LOOK):
    return [text for text, _ in frame(plan, progress, columns, rows, look)]


def changed(**fields):
    return Progress(**{name: getattr(PROGRESS, name) for name in Progress.__struct_fields__} | fields)


def test_all_of_it():
    assert lines() == [
        "GET http://127.0.0.1:8080/api/orders",
        "open loop: 500/s, constant arrivals, 30s, at most 50 connections, 2 processes",
        "running  12s  " + "━" * 22 + "╌" * 34 + "  18s left",
        "rate        500/s target  498.2/s sent (99.6%)  497.9/s answered  50 open",
        "latency   p50 2.23ms  p90 13.3ms  p99 36.9ms  p99.9  111ms  max  931ms",
        "requests  6,207 sent  6,189 answered  11 failed  3 late",
        "statuses  200: 6,189  503: 11",
        "failures  11  status  HTTP 503",
        "",
        "    8µs  ░",
        "    4µs ██",
        "        0s  12s",
    ]


def test_on_a_narrow_terminal():
    assert lines(columns=40) == [
        "GET http://127.0.0.1:8080/api/orders",
        "open loop: 500/s, constant arrivals, 30…",
        "running  12s  ━━━━━━╌╌╌╌╌╌╌╌╌╌  18s left",
        "  500/s target  498.2/s sent (99.6%)",
        "497.9/s answered  50 open",
        "p50 2.23ms  p90 13.3ms  p99 36.9ms",
        "p99.9  111ms  max  931ms",
        "6,207 sent  6,189 answered  11 failed",
        "3 late",
        "200: 6,189  503: 11",
        "11  status  HTTP 503",
        "",
        "    8µs  ░",
        "    4µs ██",
        "        0s  12s",
    ]


@pytest.mark.parametrize(
    "rows, first, last",
    [
        pytest.param(1, "running", "running", id="a line"),
        pytest.param(3, "running", "latency", id="the numbers before what was asked for"),
        pytest.param(6, "running", "failures", id="all numbers"),
        pytest.param(8, "GET", "failures", id="and what was asked for"),
        pytest.param(11, "GET", "failures", id="no room for the strip"),
    ],
)
def test_on_a_low_terminal(rows, first, last):
    shown = lines(rows=rows)
    assert len(shown) <= rows
    assert shown[0].startswith(first)
    assert shown[-1].startswith(last)


@pytest.mark.parametrize(
    "progress, shown",
    [
        pytest.param(changed(done=None), "running  12s, until Ctrl-C", id="only an interruption ends it"),
        pytest.param(changed(done=0.0, elapsed_s=0.0), "running  0.0s  " + "╌" * 65, id="the beginning"),
        pytest.param(
            changed(stage=Stage.WARMING, elapsed_s=2.5, done=0.1), "warm-up  2.5s  ━━━━━" + "╌" * 50 + "  22s left",
            id="warm-up",
        ),
        pytest.param(
            changed(stage=Stage.ENDING, elapsed_s=30.2, done=1.0), "ending  30s  " + "━" * 53 + "  last answers",
            id="the last answers",
        ),
    ],
)  # fmt: skip
def test_where_the_run_is(progress, shown):
    assert lines(progress)[2] == shown


def test_without_blocks_all_is_ascii():
    shown = lines(look=ASCII)
    assert shown[2] == "running  12s  " + "=" * 22 + "-" * 34 + "  18s left"
    assert "".join(shown).replace("µs", "us").isascii()


def test_a_closed_loop_has_no_target():
    closed = changed(target_per_s=None)
    assert lines(closed, plan=CLOSED)[3] == "rate      498.2/s sent  497.9/s answered  50 open"


def test_what_falls_behind_is_coloured():
    behind = changed(sent_per_s=400.0)
    assert "\x1b[33m  400/s sent ( 80%)\x1b[0m" in "\n".join(lines(behind, look=COLOUR))
    assert "\x1b[33m498.2" not in "\n".join(lines(look=COLOUR))


def test_nothing_has_ended_yet():
    assert lines(Progress(elapsed_s=0.0, stage=Stage.MEASURING, done=0.0))[3:] == [
        "rate          0/s sent      0/s answered  0 open",
        "requests  0 sent  0 answered  0 failed",
    ]


def test_many_failures_and_statuses():
    many = changed(
        failures=tuple(Failures(kind=ErrorClass.RESET, words=f"w{number}", count=number) for number in range(1, 9)),
        statuses={str(code): 1 for code in range(200, 220)},
    )
    shown = lines(many, columns=200)
    assert [line.split() for line in shown if "w" in line.split("  ")[-1] or "others" in line][-3:] == [
        ["failures", "8", "reset", "w8"], ["7", "reset", "w7"], ["21", "others"],
    ]  # fmt: skip
    assert next(line for line in shown if line.startswith("statuses")).endswith("211: 1  others: 8")


@pytest.mark.parametrize("columns", [40, 80, 132])
def test_rates_that_change_move_nothing(columns):
    """What stands where does not depend on how many digits a number has."""
    rates = [9.87, 98.7, 498.2]
    shapes = {
        tuple(re.sub(r"[\d. ]{3,}(?=/s| ?%)", "#", line) for line in lines(changed(sent_per_s=rate), columns)[3:6])
        for rate in rates
    }
    widths = {tuple(map(len, lines(changed(sent_per_s=rate), columns)[3:5])) for rate in rates}
    assert len(widths) == 1, shapes


WORDS = st.text(max_size=30) | st.sampled_from(("\x1b[2J", "你好" * 20, "x" * 300, "\n", "\u202e"))


@given(
    st.builds(
        Progress, elapsed_s=st.floats(0, 1e6), stage=st.sampled_from(Stage), done=st.none() | st.floats(0, 1),
        counts=st.builds(Counts, sent=st.integers(0, 10**12), failed=st.integers(0, 10**9), late=st.integers(0, 9)),
        sent_per_s=st.floats(0, 1e9), target_per_s=st.none() | st.floats(0, 1e9),
        latency_us=st.dictionaries(st.sampled_from(("50", "90", "99", "99.9", "max")), st.integers(1, 3_600_000_000)),
        statuses=st.dictionaries(st.integers(100, 599).map(str), st.integers(0, 10**9), max_size=20),
        failures=st.lists(
            st.builds(Failures, kind=st.sampled_from(ErrorClass), words=WORDS, count=st.integers(1, 10**9)), max_size=6
        ).map(tuple),
        steps=st.lists(st.builds(Step, at_s=st.floats(0, 1e6), for_s=st.just(1.0), heat=st.just((0, 3, 1)))).map(tuple),
    ),
    st.builds(
        Plan, mode=st.just("open"), methods=st.just(("GET",)), urls=st.tuples(WORDS), targets=st.integers(1, 9),
        connections=st.integers(1, 9), jobs=st.integers(1, 9), timeout_s=st.just(1.0), rate=WORDS,
    ),
    st.integers(1, 200), st.integers(1, 50), st.booleans(),
)  # fmt: skip
def test_any_run_fits_any_terminal(progress, plan, columns, rows, blocks):
    shown = frame(plan, progress, columns, rows, Look(Paint(on=False), blocks=blocks))
    assert 1 <= len(shown) <= rows
    for text, width in shown:
        assert text.isprintable()
        assert cells(text) == width <= columns
    coloured = frame(plan, progress, columns, rows, Look(Paint(on=True), blocks=blocks))
    assert [(re.sub(r"\x1b\[[0-9;]*m", "", text), width) for text, width in coloured] == shown
