"""JUnit's XML of a run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from load_samples import CUT_OFF, GATED, NOTHING, OPEN, REFUSED, records
from msgspec.structs import replace

from wherry.commands.load.record import Judged
from wherry.commands.load.report.junit import render

SCHEMA = Path(__file__).parents[3] / "junit-10.rng"
xmllint = pytest.mark.skipif(shutil.which("xmllint") is None, reason="needs xmllint of libxml2-utils")


def cases(record):
    root = ElementTree.fromstring(render(record).encode())
    (suite,) = root
    found = list(suite.iter("testcase"))
    for outcome in ("failure", "error", "skipped"):
        plural = {"failure": "failures", "error": "errors"}.get(outcome, outcome)
        assert suite.get(plural) == str(len(list(suite.iter(outcome))))
    assert suite.get("tests") == root.get("tests") == str(len(found))
    return [(case.get("name"), [(inside.tag, inside.get("type"), inside.text) for inside in case]) for case in found]


def test_each_gate_is_a_case():
    assert cases(GATED) == [
        ("p(99)<250ms", [("system-out", None, "21.8ms")]),
        ("p(50)<10ms", [("failure", "gate", "p(50)<10ms: 12ms, above by 1.98ms (19.8%)")]),
        ("error_rate<1%", [("failure", "gate", "error_rate<1%: 2%, above by 1 point")]),
        ("throughput>900/s", [("failure", "gate", "throughput>900/s: 98/s, below by 802/s (89.1%)")]),
        ("errors.tls<5", [("system-out", None, "0")]),
        ("tls.p(99)<1ms", [("failure", "missing", "tls.p(99)<1ms: no tls was measured")]),
    ]


@pytest.mark.parametrize("record, outcome", [
    pytest.param(OPEN, ("system-out", None, "980 requests were answered"), id="answered"),
    pytest.param(REFUSED, ("failure", "nothing", "no request was answered as expected"), id="refused"),
    pytest.param(NOTHING, ("error", "interrupted", "The run was interrupted after 208ms."), id="interrupted"),
])  # fmt: skip
def test_a_run_without_gates_is_one_case(record, outcome):
    assert cases(record) == [("GET http://127.0.0.1:8080/", [outcome])]


def test_gates_of_a_run_that_was_cut_off_are_skipped():
    assert cases(CUT_OFF) == [("p(99)<250ms", [("skipped", None, None)])]


@given(records)
@settings(max_examples=40)
def test_any_run_is_well_formed_and_counted(record):
    text = render(record)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    assert cases(record)


@xmllint
@given(records)
@settings(max_examples=15)
def test_the_schema_allows_any_run(record):
    gates = tuple(Judged(expression=words, met=bool(words), words=words) for words in record.plan.expect)
    judged = subprocess.run(
        ["xmllint", "--noout", "--relaxng", SCHEMA, "-"], input=render(replace(record, gates=gates)).encode(),
        capture_output=True, check=False,
    )  # fmt: skip
    assert judged.returncode == 0, judged.stderr[-2000:]
