"""JUnit's XML, as its readers have it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hostile import NASTY, quick, runs
from hypothesis import given
from report_samples import SUMMARY, attempt, report, result

from wherry.commands.check.report.junit import Junit
from wherry.commands.check.results import Severity, Status, Summary, Unmet

SCHEMA = Path(__file__).parents[3] / "junit-10.rng"
xmllint = pytest.mark.skipif(shutil.which("xmllint") is None, reason="needs xmllint of libxml2-utils")

REFUSED = attempt(1, Status.ERROR, "refused", reason="refused")
UNMET = attempt(2, Status.FAILED, "HTTP 503", unmet=(Unmet("status", "200", "503", "not 200"),))


def read(results, summary=SUMMARY):
    return ElementTree.fromstring(report(Junit, results, summary).encode())


def cases(results):
    return [case for suite in read(results) for case in suite.iter("testcase")]


@xmllint
def test_the_schema_allows_what_is_hostile(tmp_path):
    results = [
        result(index, words, status, suite=suite, group=words, file=words, words=words, url=words, severity=severity,
               attempts=(attempt(1, status, words, reason=words), attempt(2)), flaky=status is Status.PASSED)
        for suite in ("api", *NASTY[:3])
        for index, words in enumerate(NASTY)
        for status in Status
        for severity in Severity
    ]  # fmt: skip
    path = tmp_path / "junit.xml"
    path.write_bytes(report(Junit, results).encode())
    judged = subprocess.run(
        ["xmllint", "--noout", "--relaxng", SCHEMA, path], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stderr[-2000:]


@xmllint
def test_the_schema_refuses_a_wrong_report(tmp_path):
    path = tmp_path / "junit.xml"
    path.write_text(report(Junit).replace("<stackTrace>", "<trace>").replace("</stackTrace>", "</trace>"))
    assert subprocess.run(["xmllint", "--noout", "--relaxng", SCHEMA, path], capture_output=True).returncode != 0


@quick
@given(runs)
def test_any_text_is_well_formed_and_counted(results):
    root = read(results)
    assert int(root.get("tests")) == len(results) == len(list(root.iter("testcase")))
    for suite in root:
        found = {name: len(list(suite.iter(name))) for name in ("failure", "error", "skipped")}
        assert [found[name] for name in ("failure", "error", "skipped")] == [
            int(suite.get(name)) for name in ("failures", "errors", "skipped")
        ]


@quick
@given(runs)
def test_no_terminal_obeys_it(results):
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", report(Junit, results))


@pytest.mark.parametrize("suite, group, name", [
    pytest.param("api", "smoke", "api.smoke", id="as they are"),
    pytest.param("api", "", "api", id="no group"),
    pytest.param("api.example.com", "v1.2", "api_example_com.v1_2", id="no packages of a host's name"),
])  # fmt: skip
def test_classname(suite, group, name):
    assert cases([result(suite=suite, group=group)])[0].get("classname") == name


@pytest.mark.parametrize("fields, tag, kind", [
    pytest.param({"status": Status.FAILED}, "failure", "failure", id="nothing more is known"),
    pytest.param({"status": Status.FAILED, "attempts": (UNMET,)}, "failure", "status", id="what is not as expected"),
    pytest.param({"status": Status.ERROR, "attempts": (REFUSED,)}, "error", "refused", id="network"),
    pytest.param({"status": Status.ERROR, "severity": Severity.WARN}, "skipped", "warn", id="only warns"),
    pytest.param({"status": Status.SKIPPED}, "skipped", None, id="skipped"),
])  # fmt: skip
def test_what_stands_in_a_case(fields, tag, kind):
    (inside,) = cases([result(words="so it is", **fields)])[0]
    assert (inside.tag, inside.get("type"), inside.get("message")) == (tag, kind, "so it is")
    assert "so it is" in inside.text


def test_flaky_passes_have_the_tries_that_failed():
    first, second = cases([result(attempts=(REFUSED, UNMET, attempt(3)), flaky=True)])[0]
    assert (first.tag, first.get("type")) == ("flakyError", "refused")
    assert first.findtext("stackTrace") == "attempt 1\nrefused"
    assert (second.tag, second.get("type")) == ("flakyFailure", "status")
    assert second.findtext("stackTrace") == "attempt 2\nHTTP 503\nnot 200"


def test_suites_and_cases_stand_in_the_order_of_the_run():
    results = [result(index, str(index), suite="a" if index < 2 else "b") for index in (3, 1, 2, 0)]
    root = read(results)
    assert [suite.get("name") for suite in root] == ["a", "b"]
    assert [case.get("name") for case in root.iter("testcase")] == ["0", "1", "2", "3"]


def test_a_huge_text_is_cut_at_its_middle():
    words = "begin" + "x" * 1_000_000 + "end"
    got = Unmet("body", "short", words, "")
    (failure,) = cases(
        [result(status=Status.FAILED, words=words, attempts=(attempt(1, Status.FAILED, unmet=(got,) * 99),))]
    )[0]
    assert failure.text.startswith("begin")
    assert len(failure.text) < 33_000
    assert "characters left out" in failure.text


def test_a_run_that_was_cut_off_says_so():
    root = read([result()], Summary(0.0, 1e-7, passed=1, ended="the deadline of 2m passed"))
    assert root.findtext("testsuite/system-err") == "ended early: the deadline of 2m passed"
    assert root.get("time") == "0.000"
