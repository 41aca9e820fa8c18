"""JSON: a document at the end, or a line at a time."""

from __future__ import annotations

import json

from hostile import quick, runs
from hypothesis import given
from report_samples import PLANNED, RESULTS, SUMMARY, report, result

from wherry.commands.check.report.jsondocument import JsonDocument
from wherry.commands.check.report.jsonlines import JsonLines
from wherry.commands.check.results import Summary


def lines(results, summary=SUMMARY, planned=()):
    return report(lambda write, _: JsonLines(write), results, summary, planned)


@quick
@given(runs)
def test_any_text_stays_in_its_place(results):
    document = json.loads(report(JsonDocument, results))
    assert [check["name"] for check in document["checks"]] == [
        each.name for each in sorted(results, key=lambda each: each.index)
    ]
    *rest, last = [json.loads(line) for line in lines(results).splitlines()]
    assert [check["words"] for check in rest] == [each.words for each in results]
    assert last["event"] == "summary"


def test_a_run_that_was_cut_off():
    document = json.loads(report(JsonDocument, [], Summary(1.0, 2.0, ended="interrupted")))
    assert document == {
        "ok": False, "ended": "interrupted", "began": 1.0, "seconds": 2.0, "total": 0, "passed": 0, "failed": 0,
        "errors": 0, "skipped": 0, "warned": 0, "flaky": 0, "checks": [],
    }  # fmt: skip


def test_checks_stand_in_the_order_of_the_run():
    document = json.loads(report(JsonDocument, reversed(RESULTS)))
    assert [check["index"] for check in document["checks"]] == list(range(len(RESULTS)))


def test_lines_say_what_is_planned_and_then_what_has_ended():
    told = [json.loads(line) for line in lines([result()], planned=PLANNED[:2]).splitlines()]
    assert [line["event"] for line in told] == ["planned", "planned", "result", "summary"]
    assert told[0] == {"event": "planned", "index": 0, "suite": "api", "group": "smoke", "name": "login",
                       "file": "smoke.yaml", "line": 4}  # fmt: skip
