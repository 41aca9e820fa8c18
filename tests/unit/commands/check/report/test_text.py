"""The report for people."""

from __future__ import annotations

import re

import pytest
from hostile import quick, runs
from hypothesis import given
from report_samples import PLAIN, PLANNED, SUMMARY, attempt, report, result

from wherry.commands.check.report.reporter import Line
from wherry.commands.check.report.text import Text
from wherry.commands.check.results import Severity, Status, Summary, Unmet
from wherry.ui.paint import Paint

ONE = PLANNED[:1]


def told(results, summary=SUMMARY, paint=PLAIN, planned=ONE, *, verbose=False, quiet=False):
    return report(lambda write, _: Text(write, paint, verbose=verbose, quiet=quiet), results, summary, planned)


def first(result_, **how):
    return told([result_], **how).split("\n\n")[0].split("\n")


@pytest.mark.parametrize("one, line", [
    pytest.param(result(), "ok      12.3ms  login", id="passed"),
    pytest.param(result(status=Status.FAILED, words="HTTP 503"), "FAIL    12.3ms  login: HTTP 503", id="failed"),
    pytest.param(result(status=Status.ERROR, words="no", seconds=61.0), "error     1m1s  login: no", id="error"),
    pytest.param(result(status=Status.SKIPPED, words="a failed"), "skip            login: a failed", id="skipped"),
    pytest.param(result(status=Status.ERROR, severity=Severity.WARN), "warn    12.3ms  login: error", id="warns"),
    pytest.param(result(flaky=True, attempts=(attempt(1), attempt(2))),
                 "flaky   12.3ms  login: passed at attempt 2", id="flaky"),
    pytest.param(result(name="a\n::error::\x1b[2J"), "ok      12.3ms  a ::error::\\x1b[2J", id="hostile"),
])  # fmt: skip
def test_line(one, line):
    assert first(one)[0] == line


@pytest.mark.parametrize("suites, name", [
    pytest.param([("api", "smoke")], "login", id="one"),
    pytest.param([("api", "smoke"), ("db", "")], "api: login", id="several"),
    pytest.param([("api", "smoke"), ("api", "")], "api.smoke: login", id="several of one name"),
])  # fmt: skip
def test_several_suites_are_named(suites, name):
    planned = [Line(index, suite, group, "login", "a.yaml", 1) for index, (suite, group) in enumerate(suites)]
    assert first(result(), planned=planned)[0] == f"ok      12.3ms  {name}"


def test_colours_are_of_the_state_and_do_not_move_the_name():
    assert first(result(), paint=Paint(on=True))[0].startswith("\x1b[32mok\x1b[0m     \x1b[2m 12.3ms\x1b[0m  login")


@pytest.mark.parametrize("results, lines", [
    pytest.param([("a", "x")], ["skip            a: x"], id="one"),
    pytest.param([("a", "x"), ("b", "x")], ["skip            2 checks: x", "       a, b"], id="two for one reason"),
    pytest.param([("a", "x"), ("b", "y")], ["skip            a: x", "skip            b: y"], id="two reasons"),
    pytest.param([("n" * 70, "x"), ("b", "x")],
                 ["skip            2 checks: x", "       " + "n" * 70 + " and 1 more"], id="long"),
    pytest.param([(f"check {number}", "x") for number in range(1000)],
                 ["skip            1000 checks: x",
                  "       check 0, check 1, check 2, check 3, check 4, check 5, check 6 and 993 more"], id="many"),
])  # fmt: skip
def test_skipped_together(results, lines):
    text = told([result(name=name, status=Status.SKIPPED, words=words) for name, words in results])
    assert text.split("\n\n")[0].split("\n") == lines


@pytest.mark.parametrize("summary, lines", [
    pytest.param(Summary(0, 3.2, passed=2), ["ok  2 checks in 3.2s: 2 passed"], id="ok"),
    pytest.param(Summary(0, 3.2, passed=1, errors=1, warned=1, flaky=1),
                 ["ok  2 checks in 3.2s: 1 passed, 1 error", "    among them 1 warning, 1 flaky"], id="warned"),
    pytest.param(Summary(0, 3.2, passed=1, failed=2), ["FAILED  3 checks in 3.2s: 1 passed, 2 failed"], id="failed"),
    pytest.param(Summary(0, 3.2, skipped=1),
                 ["FAILED  1 check in 3.2s: 1 skipped", "        nothing passed, so nothing is known to be well"],
                 id="nothing"),
    pytest.param(Summary(0, 120, passed=1, ended="the deadline of 2m passed"),
                 ["FAILED  1 check in 2m: 1 passed", "        ended early: the deadline of 2m passed"], id="cut off"),
])  # fmt: skip
def test_summary(summary, lines):
    assert told([result()], summary).split("\n\n")[1].split("\n")[:-1] == lines


def test_what_failed_is_named_again_where_the_run_was_long():
    failed = [result(index, f"n{index}", Status.FAILED) for index in range(30)]
    text = told(failed, Summary(0, 1, failed=30))
    assert "\n\nFAIL   n0  smoke.yaml:4\n" in text
    assert "\n       and 10 more\n\nFAILED  30 checks" in text
    assert text.count("n25") == 1


def test_quiet_says_nothing_of_what_passed():
    assert told([result()], Summary(0, 1, passed=1), quiet=True) == "\nok  1 check in 1s: 1 passed\n"


def test_a_huge_value_is_cut():
    words = "\n".join("x" * 50 for _ in range(10_000))
    tries = (attempt(1, Status.FAILED, unmet=(Unmet("body", words, words, "", ("-a",) * 1000),)),)
    lines = first(result(status=Status.FAILED, attempts=tries))
    assert len(lines) < 180
    assert "         ... 940 more lines" in lines


def test_many_attempts_show_the_first_and_the_last():
    lines = first(result(status=Status.FAILED, attempts=tuple(attempt(number) for number in range(1, 101))))
    shown = [line.split()[1] for line in lines if "attempt " in line]
    assert shown == ["1", "2", "3", "96", "97", "98", "99", "100"]
    assert "       ... 92 more attempts" in lines


@quick
@given(runs)
def test_no_terminal_and_no_ci_job_obeys_it(results):
    for line in told(results, verbose=True).split("\n"):
        assert line.isprintable()
        assert not re.match(r"\s*::", line)
        assert not re.search(r"##\w*\[", line)
