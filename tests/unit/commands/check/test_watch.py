"""The table of --watch: what is shown where, what changes, and what stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.check.report.formats import FORMATS
from wherry.commands.check.report.reporter import Line
from wherry.commands.check.results import Attempt, Result, Severity, Status, Summary
from wherry.commands.check.watch import Place, Watch, place
from wherry.ui.paint import Paint
from wherry.ui.progress import cells
from wherry.ui.report import parse

SUMMARY = Summary(began_s=0.0, seconds=1.5, passed=1)


class Rows:
    """Stands for a block of a terminal: what stays, and what is painted below it."""

    def __init__(self, columns=80, height=10):
        self.size = (columns, height)
        self.staying = []
        self.painted = []

    def paint(self, lines, above=()):
        self.staying.extend(above)
        self.painted = list(lines)

    def close(self):
        self.painted = []

    @property
    def text(self):
        return [line for line, _ in self.painted]


def line(index, suite="api", name=None, group="", file="api.yaml"):
    return Line(index, suite, group, name or f"c{index}", file, index + 1)


def result(index, status=Status.PASSED, words="", *, attempts=1, severity=Severity.ERROR, flaky=False):
    return Result(
        index, "api", "", f"c{index}", "api.yaml", index + 1, "http", "http://x/", (), severity, status, words,
        0.0, 0.25, tuple(Attempt(number, 0.0, 0.1, status, words) for number in range(1, attempts + 1)), flaky=flaky,
    )  # fmt: skip


def watch(lines, columns=80, height=10, *, before_text=False):
    rows = Rows(columns, height)
    table = Watch(rows, Paint(on=False), before_text=before_text)
    table.begin(lines)
    return table, rows


def told(rows):
    return [" ".join(text.split()) for text in rows.text]


def test_a_row_a_check_below_its_suite():
    table, rows = watch([line(0), line(1), line(2, "shop", "pay", "smoke", "shop.yaml")])
    table.tick(0.0)
    assert told(rows) == [
        "api api.yaml",
        "c0",
        "c1",
        "shop.smoke shop.yaml",
        "pay",
        "3 waiting 0.0s",
    ]


def test_rows_change_in_place_at_ticks_only():
    table, rows = watch([line(0), line(1)])
    table.tick(0.1)
    table.started(0, 1)
    before = list(rows.text)
    table.tick(0.1)
    assert before != rows.text
    table.tick(0.4)
    assert told(rows) == ["api api.yaml", "run c0 0.3s", "c1", "1 running, 1 waiting 0.4s"]
    table.started(0, 2, "connection refused")
    table.tick(0.5)
    assert told(rows)[1] == "run c0 connection refused 2x 0.4s"
    table.result(result(0, words="200", attempts=2, flaky=True))
    table.result(result(1, Status.FAILED, "status: expected 200, got 503"))
    table.tick(0.6)
    assert told(rows) == [
        "api api.yaml",
        "flaky c0 200 2x 250ms",
        "FAIL c1 status: expected 200, got 503 250ms",
        "1 failed, 1 flaky 0.6s",
    ]


@pytest.mark.parametrize(
    "ended, word, counted",
    [
        pytest.param(result(0), "ok", "passed", id="passed"),
        pytest.param(result(0, flaky=True), "flaky", "flaky", id="flaky"),
        pytest.param(result(0, Status.FAILED), "FAIL", "failed", id="failed"),
        pytest.param(result(0, Status.ERROR), "error", "error", id="error"),
        pytest.param(
            result(0, Status.FAILED, severity=Severity.WARN), "warn", "warned", id="failed, and does not matter"
        ),
        pytest.param(
            result(0, Status.ERROR, severity=Severity.WARN), "warn", "warned", id="error, and does not matter"
        ),
        pytest.param(result(0, Status.SKIPPED, attempts=0), "skip", "skipped", id="skipped"),
        pytest.param(
            result(0, Status.SKIPPED, attempts=0, severity=Severity.WARN), "skip", "skipped", id="skipped warning"
        ),
    ],
)
def test_the_word_of_a_row(ended, word, counted):
    table, rows = watch([line(0)])
    table.result(ended)
    table.tick(1.0)
    assert told(rows)[1].split()[0] == word
    assert told(rows)[-1] == f"1 {counted} 1.0s"


def test_more_checks_than_rows():
    table, rows = watch([line(index) for index in range(40)], height=8)
    for index in range(30):
        table.result(result(index, Status.FAILED if index in (3, 7) else Status.PASSED))
    table.started(30, 1)
    table.started(31, 1)
    table.tick(2.0)
    assert told(rows) == [
        "api api.yaml",
        "FAIL c3 250ms",
        "FAIL c7 250ms",
        "ok c29 250ms",
        "run c30 2.0s",
        "run c31 2.0s",
        "and 35 more: 27 passed, 8 waiting",
        "2 failed, 28 passed, 2 running, 8 waiting 2.0s",
    ]


def test_neither_failures_nor_what_runs_take_all_rows():
    table, rows = watch([line(index) for index in range(100)], height=12)
    for index in range(40):
        table.result(result(index, Status.FAILED))
    for index in range(40, 90):
        table.started(index, 1)
    table.tick(2.0)
    shown = [text.split()[0] for text in told(rows)[1:-2]]
    assert shown == ["FAIL"] * 5 + ["run"] * 4
    assert told(rows)[5].split()[:2] == ["FAIL", "c39"], "the newest failures are shown"


def test_a_repeated_check_says_how_it_was_at_its_worst():
    table, rows = watch([line(0)])
    for ended in (result(0), result(0, Status.FAILED, "got 503"), result(0)):
        table.started(0, 1)
        table.result(ended)
    table.tick(1.0)
    assert told(rows)[1] == "FAIL c0 1 of 3 times not as expected; got 503 250ms"
    assert told(rows)[-1] == "1 failed 1.0s"


@pytest.mark.parametrize(
    "status, words, shown",
    [
        pytest.param(Status.PASSED, "", "ok c0 2 times 250ms", id="passed"),
        pytest.param(Status.SKIPPED, "login failed", "skip c0 2 times; login failed", id="skipped"),
    ],
)
def test_a_repeated_check_that_never_failed(status, words, shown):
    table, rows = watch([line(0)])
    table.result(result(0, status, words))
    table.result(result(0, status, words))
    table.tick(1.0)
    assert told(rows)[1] == shown


def test_a_list_makes_many_rows_of_one():
    table, rows = watch([line(0), line(1, name="each"), line(2)])
    table.expanded(1, [line(3, name="each (1)"), line(4, name="each (2)")])
    table.expanded(2, [])
    table.started(4, 1)
    table.tick(0.0)
    assert told(rows)[:-1] == ["api api.yaml", "c0", "each (1)", "run each (2) 0.0s"]


def test_a_result_that_nobody_planned_has_a_row():
    table, rows = watch([line(0)])
    table.result(result(5, words="200"))
    table.tick(0.0)
    assert told(rows)[:-1] == ["api api.yaml", "c0", "ok c5 200 250ms"]


def test_the_whole_table_stays_and_nothing_is_cut_off():
    long = "json.$.items: expected a length of at least 1, got 0; " * 3
    table, rows = watch([line(index) for index in range(30)], columns=40, height=6)
    for index in range(30):
        table.result(result(index, Status.FAILED if index == 4 else Status.PASSED, long if index == 4 else "200"))
    table.tick(1.0)
    table.end(Summary(began_s=0.0, seconds=1.5, passed=29, failed=1))
    assert rows.painted == []
    assert len(rows.staying) == 32
    assert long.strip() in rows.staying[5]
    assert rows.staying[-1] == "FAILED  1 failed, 29 passed in 1.5s"
    table.close()
    assert len(rows.staying) == 32


def test_why_a_run_ended_early():
    table, rows = watch([line(0)])
    table.end(Summary(began_s=0.0, seconds=2.0, skipped=1, ended="the deadline of 2s passed"))
    assert rows.staying[-1] == "FAILED  1 waiting in 2s; the deadline of 2s passed"


def test_a_report_that_follows_tells_the_verdict():
    table, rows = watch([line(0)], before_text=True)
    table.result(result(0, words="200"))
    table.end(SUMMARY)
    assert rows.staying == ["api  api.yaml", "ok     c0  200  (250ms)"]


def test_an_end_without_a_summary_leaves_nothing():
    table, rows = watch([line(0)])
    table.tick(0.0)
    table.close()
    assert (rows.painted, rows.staying) == ([], [])


def test_nothing_in_a_row_is_obeyed_by_a_terminal():
    table, rows = watch([line(0, name="a\x1b[2Jb\nc")])
    table.result(result(0, Status.FAILED, "got \x1b]0;title\x07\u202e"))
    table.tick(0.0)
    table.end(SUMMARY)
    assert all(text.isprintable() for text in (*rows.text, *rows.staying))


@given(
    st.lists(st.tuples(st.integers(0, 11), st.sampled_from([None, *Status])), max_size=30),
    st.integers(1, 130),
    st.integers(1, 20),
    st.text(max_size=60),
)
def test_no_row_is_wider_and_no_table_longer_than_the_terminal(happened, columns, height, text):
    rows = Rows(columns, height)
    table = Watch(rows, Paint(on=True), before_text=False)
    table.begin([line(index, f"suite{index // 5}", f"{text}{index}") for index in range(12)])
    for index, status in happened:
        if status is None:
            table.started(index, 2, text)
        else:
            table.result(result(index, status, text))
    table.tick(12.0)
    assert 0 < len(rows.painted) <= height
    for painted, width in rows.painted:
        assert cells(re.sub(r"\x1b\[[0-9;]*m", "", painted)) == width <= columns


@pytest.mark.parametrize(
    "values, can_repaint, stdout_tty, where",
    [
        pytest.param([], True, True, Place.BEFORE_TEXT, id="a terminal"),
        pytest.param(["junit=a.xml"], True, True, Place.BEFORE_TEXT, id="a terminal, and a file"),
        pytest.param([], False, True, Place.NONE, id="standard error is no terminal"),
        pytest.param(["json"], True, False, Place.BESIDE, id="standard output goes elsewhere"),
        pytest.param(["json"], True, True, Place.NONE, id="both would write over each other"),
        pytest.param(["github"], True, False, Place.NONE, id="another report goes to standard error"),
    ],
)
def test_where_the_table_goes(values, can_repaint, stdout_tty, where):
    assert place(parse(values, FORMATS), can_repaint=can_repaint, stdout_tty=stdout_tty) is where
