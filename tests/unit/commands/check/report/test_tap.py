"""TAP, read by Perl's prove and by a YAML parser."""

from __future__ import annotations

import re
import shutil
import subprocess
from textwrap import dedent

import pytest
import yaml
from hostile import NASTY, quick, runs
from hypothesis import given
from report_samples import MADE, SUMMARY, attempt, report, result

from wherry.commands.check.report.tap import Tap
from wherry.commands.check.results import Severity, Status, Summary, Unmet

prove = pytest.mark.skipif(shutil.which("prove") is None, reason="needs Perl's prove")


def tap(results, summary=SUMMARY):
    return report(lambda write, _: Tap(write), results, summary, ())


def points(text):
    """Number, whether ok, rest of the line and the YAML below of each test point."""
    found = re.findall(r"^(ok|not ok) (\d+) - (.*)\n((?:  .*\n)*)", text, re.MULTILINE)
    return [(ok, int(number), rest, yaml.safe_load(dedent(block))) for ok, number, rest, block in found]


@prove
def test_prove_reads_the_sample(tmp_path):
    (tmp_path / "run.tap").write_text(report(MADE["tap"]))
    judged = subprocess.run(["prove", "--exec", "cat", "run.tap"], cwd=tmp_path, capture_output=True, text=True)
    assert "Failed tests:  2-3\n" in judged.stdout
    assert "(less 13 skipped subtests: 5 okay)" in judged.stdout
    assert "Parse errors" not in judged.stdout


@prove
def test_prove_counts_right_whatever_is_in_a_text(tmp_path):
    statuses = (Status.PASSED, Status.SKIPPED)
    tries = (attempt(1, Status.ERROR, "\x1b# TODO"), attempt(2))
    results = [
        result(0, words, status, words=words, attempts=tries, flaky=True) for words in NASTY for status in statuses
    ]
    results += [result(0, words, Status.FAILED, words=words, severity=Severity.WARN) for words in NASTY]
    (tmp_path / "run.tap").write_bytes(tap(results).encode())
    judged = subprocess.run(["prove", "--exec", "cat", "run.tap"], cwd=tmp_path, capture_output=True, text=True)
    assert judged.stdout.endswith("Result: PASS\n"), judged.stdout
    assert f"Tests={len(results)}," in judged.stdout
    (tmp_path / "run.tap").write_bytes(tap([result(0, words, Status.FAILED) for words in NASTY]).encode())
    judged = subprocess.run(["prove", "--exec", "cat", "run.tap"], cwd=tmp_path, capture_output=True, text=True)
    assert f"Failed tests:  1-{len(NASTY)}\n" in judged.stdout


@prove
def test_prove_does_not_take_a_run_that_was_cut_off_for_a_good_one(tmp_path):
    (tmp_path / "run.tap").write_text(tap([result()], Summary(0.0, 1.0, passed=1, ended="the deadline of 2m passed")))
    judged = subprocess.run(["prove", "--exec", "cat", "run.tap"], cwd=tmp_path, capture_output=True, text=True)
    assert judged.returncode != 0
    assert "the deadline of 2m passed" in judged.stdout + judged.stderr


@quick
@given(runs)
def test_any_text_stays_in_its_place(results):
    text = tap(results)
    found = points(text)
    assert [number for _, number, _, _ in found] == list(range(1, len(results) + 1))
    assert text.endswith(f"1..{len(results)}\n")
    assert all(line.isprintable() for line in text.split("\n"))
    for each, (ok, _, rest, block) in zip(results, found, strict=True):
        assert ok == ("ok" if each.status in (Status.PASSED, Status.SKIPPED) else "not ok")
        directive = re.search(r"(?<!\\)(?:\\\\)* # (SKIP|TODO) ", rest)  # an escaped # is none
        assert (directive and directive[1]) == (
            "SKIP" if each.status is Status.SKIPPED else "TODO" if each.warns else None
        )
        if block:
            assert block["at"]["line"] == each.line


def test_diagnostics_are_yaml():
    unmet = Unmet("json.$.a", "1", '"\n\x1b"', "not 1", (" {", "-1", "+2"))
    tries = (attempt(1, Status.ERROR, "refused", reason="refused"), attempt(2, Status.FAILED, "not 1", unmet=(unmet,)))
    block = points(tap([result(status=Status.FAILED, words="not 1", attempts=tries, seconds=1.5)]))[0][3]
    assert block == {
        "message": "not 1", "severity": "fail", "duration_ms": 1500.0, "at": {"file": "smoke.yaml", "line": 4},
        "url": "http://127.0.0.1:8080/0",
        "unmet": [{"subject": "json.$.a", "wanted": "1", "found": '"\n\x1b"', "diff": [" {", "-1", "+2"]}],
        "attempts": [
            {"number": 1, "duration_ms": 12.3, "status": "error", "message": "refused"},
            {"number": 2, "duration_ms": 12.3, "status": "failed", "message": "not 1"},
        ],
    }  # fmt: skip
