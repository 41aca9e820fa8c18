"""JUnit's XML as GitLab, Jenkins and the test reports of GitHub read it.

Its form is that of junit-10.xsd (jenkinsci/xunit-plugin), flaky passes are as Maven Surefire has them (``rerunType``
there). Readers differ in which attributes they show, but all show the text of failure, error and skipped.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from wherry.commands.check.report.detail import detail, measured, said
from wherry.commands.check.results import Status
from wherry.core.xmltext import element, opening, text
from wherry.ui.plain import cut, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.report.spool import Spool
    from wherry.commands.check.results import Attempt, Result, Summary

# GitLab reads no report of more than 30 MB.
_LONGEST: Final = 32_000
_LONGEST_ATTRIBUTE: Final = 1000
_MOST_FLAKES: Final = 10


class Junit:
    """A case for each check, in suites; they are kept in a spool, for a suite says first how many there are.

    What fails but only warns is a skipped case of type ``warn``: JUnit has no word for it, and would count a failure.
    """

    def __init__(self, write: Write, spool: Spool) -> None:
        self._write = write
        self._spool = spool
        self._suites: dict[str, _Suite] = {}

    def begin(self, planned: Sequence[Line]) -> None:
        """Nothing is known yet."""

    def result(self, result: Result) -> None:
        key = "\0".join((result.suite, result.group, result.file))
        suite = self._suites.setdefault(key, _Suite(result))
        suite.add(result)
        self._spool.add(_case(result), order=result.index, key=key)

    def end(self, summary: Summary) -> None:
        suites = self._suites.values()
        counts = {
            "tests": str(sum(suite.tests for suite in suites)),
            "failures": str(sum(suite.failures for suite in suites)),
            "errors": str(sum(suite.errors for suite in suites)),
        }
        self._write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self._write(opening("testsuites", {"name": "wherry check", **counts, "time": _time(summary.seconds)}) + "\n")
        for key, suite in sorted(self._suites.items(), key=lambda each: each[1].first):
            self._write(opening("testsuite", suite.attributes()) + "\n")
            for case in self._spool.texts(key):
                self._write(case)
            if summary.ended:
                self._write(element("system-err", {}, text(f"ended early: {one_line(summary.ended)}")) + "\n")
            self._write("</testsuite>\n")
        self._write("</testsuites>\n")


class _Suite:
    """What a suite says of its cases."""

    def __init__(self, result: Result) -> None:
        self._name = result.suite
        self._group = result.group
        self._file = result.file
        self._began_s = result.began_s
        self._seconds = 0.0
        self.first = result.index
        self.tests = self.failures = self.errors = self._skipped = 0

    def add(self, result: Result) -> None:
        self.tests += 1
        self.failures += result.fails and result.status is Status.FAILED
        self.errors += result.fails and result.status is Status.ERROR
        self._skipped += result.warns or result.status is Status.SKIPPED
        self._seconds += result.seconds
        self.first = min(self.first, result.index)
        self._began_s = min(self._began_s, result.began_s)

    def attributes(self) -> dict[str, str]:
        return {
            "name": _short(self._name),
            **({"group": _short(self._group)} if self._group else {}),
            "tests": str(self.tests),
            "failures": str(self.failures),
            "errors": str(self.errors),
            "skipped": str(self._skipped),
            "time": _time(self._seconds),
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(self._began_s)),
            "file": self._file,
        }


def _case(result: Result) -> str:
    attributes = {"name": _short(result.name), "classname": _class(result), "time": _time(result.seconds)}
    return element("testcase", attributes, *(f"\n{part}" for part in _outcome(result)), "\n") + "\n"


def _outcome(result: Result) -> list[str]:
    """What stands inside a case."""
    if result.status is Status.SKIPPED:
        return [element("skipped", {"message": _short(said(result))}, text(said(result)))]
    told = "\n".join(
        [
            said(result),
            *(line for line, *_ in detail(result)),
            *(line for line, *_ in measured(result)),
        ]
    )
    if result.warns:
        return [element("skipped", {"type": "warn", "message": _short(said(result))}, text(_long(f"warning: {told}")))]
    if result.status is Status.PASSED:
        flakes = [attempt for attempt in result.attempts if attempt.status is not Status.PASSED]
        out = "\n".join(line for line, *_ in measured(result))
        return [
            *(_flake(attempt) for attempt in (flakes if result.flaky else [])[-_MOST_FLAKES:]),
            *([element("system-out", {}, text(out))] if out else []),
        ]
    kind = "failure" if result.status is Status.FAILED else "error"
    return [
        element(kind, {"type": _type(result.attempts[-1:], kind), "message": _short(said(result))}, text(_long(told)))
    ]


def _flake(attempt: Attempt) -> str:
    """A try that failed before one that passed."""
    kind = "failure" if attempt.status is Status.FAILED else "error"
    told = dict.fromkeys([attempt.words, *(unmet.words for unmet in attempt.unmet)])
    lines = [f"attempt {attempt.number}", *(one_line(_long(words)) for words in told)]
    stack = element("stackTrace", {}, text(_long("\n".join(lines))))
    attributes = {"type": _type([attempt], kind), "message": _short(attempt.words)}
    return element(f"flaky{kind.capitalize()}", attributes, stack)


def _type(attempts: Sequence[Attempt], otherwise: str) -> str:
    """The kind of failure: of the network, or what condition does not hold."""
    for attempt in attempts:
        if attempt.reason:
            return attempt.reason
        if attempt.unmet:
            return _short(attempt.unmet[0].subject)
    return otherwise


def _class(result: Result) -> str:
    """``suite.group``; any other dot would make a package of what stands before it, as in ``api.example.com``."""
    return ".".join(_short(part).replace(".", "_") for part in (result.suite, result.group) if part)


def _short(words: str) -> str:
    return one_line(cut(words, _LONGEST_ATTRIBUTE))


def _long(words: str) -> str:
    return cut(words, _LONGEST)


def _time(seconds: float) -> str:
    """Never with an exponent: SUREFIRE_TIME of the schema."""
    return f"{max(seconds, 0.0):.3f}"
