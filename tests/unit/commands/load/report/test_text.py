"""The report for people: what it says, and that any run fits a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from load_samples import CLOSED, GATED, OPEN, REFUSED, SAMPLES, TARGETS, of, records
from msgspec.structs import replace

from wherry.commands.load.gates.gate import parse_gate
from wherry.commands.load.gates.judging import judged
from wherry.commands.load.record import Ended, ErrorClass, Failures, TargetResult
from wherry.commands.load.report.text import render
from wherry.ui.paint import Paint
from wherry.ui.progress import cells

PLAIN = Paint(on=False)
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def line(record, label):
    """The line of a label, and those below it that go on."""
    return re.search(rf"^{label} .*(?:\n {{12}}.*)*", render(record, PLAIN), re.MULTILINE)[0]


@given(records)
@settings(max_examples=60)
def test_any_run_fits_eighty_columns_and_moves_no_cursor(record):
    text = render(record, PLAIN)
    for each in text.split("\n"):
        assert cells(each) <= 80
        assert each.isprintable()
        assert not re.match(r"\s*::", each)
        assert not re.search(r"##\w*\[", each)


@given(records)
@settings(max_examples=20)
def test_colour_changes_no_word(record):
    assert COLOUR.sub("", render(record, Paint(on=True))) == render(record, PLAIN)


@pytest.mark.parametrize("name", SAMPLES)
def test_no_line_ends_in_a_space(name):
    assert not re.search(r" $", render(SAMPLES[name], PLAIN), re.MULTILINE)


def test_an_open_loop_always_says_what_was_late_and_dropped():
    calm = replace(OPEN, counts=replace(OPEN.counts, late=0, dropped=0), lag=of(*[100] * 200))
    assert line(calm, "schedule") == "schedule    0 late, 0 dropped, lag 100µs at p99, 100µs at most"
    assert "warning" not in render(calm, PLAIN)
    assert line(OPEN, "schedule") == "schedule    12 late, 7 dropped, lag 12ms at p99, 12ms at most"


def test_a_closed_loop_says_that_it_is_not_corrected():
    text = " ".join(render(CLOSED, PLAIN).split())
    assert "this is service time, and not corrected" in text
    assert "schedule" not in text
    assert "not corrected" not in render(OPEN, PLAIN)


def test_service_time_stands_beside_latency():
    assert line(OPEN, "latency").split()[1:3] == ["12ms", "12ms"]
    assert line(OPEN, "service").split()[1:3] == ["6ms", "5.99ms"]


@pytest.mark.parametrize("count, shown", [
    pytest.param(1, "1ms - - - - - - 1ms", id="one"),
    pytest.param(2, "1ms 1ms - - - - - 1ms", id="two"),
    pytest.param(99, "1ms 1ms 1ms 1ms - - - 1ms", id="ninety-nine"),
    pytest.param(100, "1ms 1ms 1ms 1ms 1ms - - 1ms", id="a hundred"),
    pytest.param(10_000, "1ms 1ms 1ms 1ms 1ms 1ms 1ms 1ms", id="ten thousand"),
])  # fmt: skip
def test_no_percentile_of_fewer_values_than_it_needs(count, shown):
    assert line(replace(CLOSED, latency=of(1000, times=count)), "latency").split()[1:] == shown.split()


def test_failures_are_told_by_number_and_the_rest_is_counted():
    failures = [Failures(kind=ErrorClass.RESET, words=f"reason {number}", count=number) for number in range(1, 15)]
    text = line(replace(REFUSED, failures=tuple(failures)), "failures").splitlines()
    assert text[0] == "failures    14  reset     reason 14"
    assert text[-1] == "            10  others, of 4 wordings"
    assert len(text) == 11


def test_long_words_of_a_failure_stay_in_their_column():
    failures = (Failures(kind=ErrorClass.CONNECT, words="word " * 30, count=1_234_567),)
    text = line(replace(REFUSED, failures=failures), "failures").splitlines()
    assert text[0].startswith("failures    1,234,567  connect   word word")
    assert all(each.startswith(" " * 33 + "word") for each in text[1:])


def test_of_many_targets_the_first_are_shown():
    targets = [TargetResult(name=f"t{n}", sent=1, answered=1, failed=0, latency=of(1000)) for n in range(25)]
    text = render(replace(TARGETS, targets=tuple(targets)), PLAIN)
    assert re.findall(r"^t\d+", text, re.MULTILINE) == ["targets"[:0] or f"t{n}" for n in range(20)]
    assert text.endswith("and 5 more\n")


def test_statuses_stand_by_code():
    assert line(OPEN, "statuses") == "statuses    200: 980, 500: 2, 503: 8"


@pytest.mark.parametrize("ended, words", [
    pytest.param(Ended.GATE, "A gate ended the run after 10s.", id="gate"),
    pytest.param(Ended.DEADLINE, "The deadline ended the run after 10s.", id="deadline"),
    pytest.param(Ended.INTERRUPTED, "The run was interrupted after 10s.", id="interrupted"),
    pytest.param(Ended.UNREACHABLE, "No connection could be made: given up after 10s.", id="unreachable"),
])  # fmt: skip
def test_a_run_that_ended_early_says_so(ended, words):
    assert render(replace(OPEN, ended=ended), PLAIN).splitlines()[2] == words


def test_what_was_read_of_an_open_loop_does_not_say_what_was_dropped():
    read = replace(OPEN, plan=replace(OPEN.plan, jobs=0, connections=0, rate=None, arrivals=None, duration_s=None))
    assert render(read, PLAIN).splitlines()[1] == "open loop: read from single results"
    assert line(read, "schedule") == "schedule    12 late, lag 12ms at p99, 12ms at most"


def test_a_long_gate_has_a_line_of_its_own():
    gates = [parse_gate(f"target[GET http://127.0.0.1:8080/{'a' * n}].p(99)<1s") for n in (10, 90)]
    assert line(judged(OPEN, [parse_gate("p(99)<1s"), *gates]), "gates").splitlines() == [
        "gates       ok      p(99)<1s  21.8ms",
        "            FAILED  target[GET http://127.0.0.1:8080/aaaaaaaaaa].p(99)<1s",
        "                              there is no such target",
        "            FAILED  target[GET http://127.0.0.1:8…aaaaaaaaaaaaaaaaaaa].p(99)<1s",
        "                              there is no such target",
    ]


def test_the_verdict_is_last():
    assert render(GATED, PLAIN).splitlines()[-1] == "FAILED  4 of 6 gates are not met"
    met = replace(GATED, gates=GATED.gates[:1])
    assert render(met, PLAIN).splitlines()[-1] == "ok  the gate is met"
