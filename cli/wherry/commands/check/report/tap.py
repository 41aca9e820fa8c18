"""TAP, the Test Anything Protocol (https://testanything.org/tap-version-14-specification.html).

What is written is right by version 14, which made rules of what was habit, and says that it is of version 13, which
may be read as 14 (section "Version" there): Perl's prove refuses a later one, up to that of Perl 5.36 at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wherry.commands.check.report.detail import Titles, said
from wherry.commands.check.results import Status
from wherry.core.jsontext import dumps
from wherry.ui.plain import cut, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wherry.commands.check.report.reporter import Line, Write
    from wherry.commands.check.results import Attempt, Result, Summary, Unmet

_LONGEST: Final = 2000
_MOST_LINES: Final = 60
_MOST_ATTEMPTS: Final = 8
_ESCAPES: Final = str.maketrans({"\\": r"\\", "#": r"\#"})


class Tap:
    """Streams a test point a check, numbered as they end, and the plan after them: a captured list makes more of them.

    What fails but only warns is a TODO, which no harness takes for a failure.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._points = 0
        self._titles = Titles(())

    def begin(self, planned: Sequence[Line]) -> None:
        self._titles = Titles(planned)
        self._write("TAP version 13\n")

    def result(self, result: Result) -> None:
        self._points += 1
        ok = "ok" if result.status in (Status.PASSED, Status.SKIPPED) else "not ok"
        point = f"{ok} {self._points} - {self._titles.of(result).translate(_ESCAPES)}{_directive(result)}\n"
        if result.status is not Status.SKIPPED and (result.flaky or result.status is not Status.PASSED):
            point += "".join(f"  {line}\n" for line in ["---", *_yaml(_diagnostics(result)), "..."])
        self._write(point)

    def end(self, summary: Summary) -> None:
        self._write(f"1..{self._points}\n")
        if summary.ended:
            self._write(f"Bail out! {one_line(summary.ended)}\n")


def _directive(result: Result) -> str:
    if result.status is Status.SKIPPED:
        return f" # SKIP {said(result).translate(_ESCAPES)}"
    if result.warns:
        return " # TODO its severity is warn"
    return ""


def _diagnostics(result: Result) -> dict[str, Any]:
    last = result.attempts[-1] if result.attempts else None
    return {
        "message": said(result),
        "severity": "flaky" if result.flaky else "warn" if result.warns else _severity(result.status),
        **({"reason": last.reason} if last and last.reason else {}),
        "duration_ms": round(result.seconds * 1000, 3),
        "at": {"file": result.file, "line": result.line},
        **({"url": result.url} if result.url else {}),
        **({"request": _cut(result.request)} if result.request else {}),
        **({"unmet": [_unmet(unmet) for unmet in result.unmet]} if result.unmet else {}),
        **(
            {"attempts": [_attempt(each) for each in result.attempts[-_MOST_ATTEMPTS:]]}
            if len(result.attempts) > 1
            else {}
        ),
    }


def _severity(status: Status) -> str:
    return "fail" if status is Status.FAILED else "error"


def _unmet(unmet: Unmet) -> dict[str, Any]:
    return {
        "subject": unmet.subject,
        "wanted": _cut(unmet.expected),
        "found": _cut(unmet.actual),
        **({"diff": [_cut(line) for line in unmet.diff[:_MOST_LINES]]} if unmet.diff else {}),
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "duration_ms": round(attempt.seconds * 1000, 3),
        "status": attempt.status.value,
        "message": _cut(attempt.words),
    }


def _cut(text: str) -> str:
    return cut(text, _LONGEST)


def _yaml(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Block style, but scalars as JSON has them, which YAML 1.2 reads (section 1.3) and no text can break out of."""
    for key, inner in value.items():
        match inner:
            case dict():
                yield f"{indent}{key}:"
                yield from _yaml(inner, indent + "  ")
            case [dict(), *_]:
                yield f"{indent}{key}:"
                for item in inner:
                    first, *rest = _yaml(item, indent + "    ")
                    yield f"{indent}  - {first.lstrip()}"
                    yield from rest
            case list():
                yield f"{indent}{key}:"
                for item in inner:
                    yield f"{indent}  - {dumps(item)}"
            case _:
                yield f"{indent}{key}: {dumps(inner)}"
