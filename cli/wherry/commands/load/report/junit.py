"""JUnit's XML: a case for each gate, so that a CI system shows which was not met.

Its form is that of junit-10.xsd (jenkinsci/xunit-plugin), as the report of `wherry check` has it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from wherry.commands.load.report import text as plain
from wherry.commands.load.report.words import asked, ended
from wherry.core.xmltext import element, text
from wherry.ui.paint import Paint
from wherry.ui.plain import one_line

if TYPE_CHECKING:
    from wherry.commands.load.record import Judged, Record

_SUITE: Final = "wherry load"
_LONGEST: Final = 1000


def render(record: Record) -> str:
    """The document. A run without gates is one case: it is not met where nothing was answered, or it was cut off."""
    gates, unjudged = record.gates, record.unjudged
    name = _short(record.name or _SUITE)
    cases = [_case(name, gate.expression, _outcome(gate)) for gate in gates]
    cases += [_case(name, gate, element("skipped", {"message": _short(ended(record))})) for gate in unjudged]
    failures, errors = sum(not gate.met for gate in gates), 0
    if not cases:
        failures, errors = int(not record.counts.answered and not ended(record)), int(bool(ended(record)))
        cases = [_case(name, asked(record.plan) or _SUITE, _run(record))]
    counts = {
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": str(errors),
        "time": f"{record.elapsed_s:.3f}",
    }
    suite = {
        "name": name,
        **counts,
        "skipped": str(len(unjudged)),
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.began_s)),
    }
    out = element("system-out", {}, text(plain.render(record, Paint(on=False))))
    whole = element(
        "testsuites", {"name": _SUITE, **counts}, "\n", element("testsuite", suite, "\n", *cases, out, "\n")
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{whole}\n'


def _case(suite: str, name: str, outcome: str) -> str:
    # A gate takes no time of its own; a dot in the name of a class would make a package of what stands before it.
    attributes = {"name": _short(name), "classname": suite.replace(".", "_"), "time": "0.000"}
    return element("testcase", attributes, outcome) + "\n"


def _outcome(gate: Judged) -> str:
    if gate.met:
        return element("system-out", {}, text(one_line(gate.words)))
    kind = "missing" if gate.value is None else "gate"
    words = one_line(f"{gate.expression}: {gate.words}")
    return element("failure", {"type": kind, "message": _short(words)}, text(words))


def _run(record: Record) -> str:
    if ended(record):
        return element("error", {"type": record.ended.value, "message": ended(record)}, text(ended(record)))
    if not record.counts.answered:
        words = "no request was answered as expected"
        return element("failure", {"type": "nothing", "message": words}, text(words))
    return element("system-out", {}, text(one_line(f"{record.counts.answered} requests were answered")))


def _short(words: str) -> str:
    words = one_line(words)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
