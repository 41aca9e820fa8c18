"""What people want to know of a check that did not pass, in lines: they are the same in every report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.check.results import Status
from wherry.core.quantity import format_duration, format_size
from wherry.ui.plain import cut, lines, one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import TypeAlias

    from wherry.commands.check.report.reporter import Line
    from wherry.commands.check.results import Attempt, Measured, Result, Summary, Unmet

    Shown: TypeAlias = tuple[str, ...]  # a line and its styles, which are those of `ui.paint.Paint`

_LONGEST: Final = 2000
_MOST_LINES: Final = 60
_FIRST_ATTEMPTS: Final = 3
_LAST_ATTEMPTS: Final = 5
_MARKS: Final = {"-": "red", "+": "green"}


class Titles:
    """What checks are called on one line: their names, after as much of the suite as tells those of a run apart."""

    def __init__(self, planned: Iterable[Line]) -> None:
        groups = {(line.suite, line.group) for line in planned}
        self._suites = len(groups) > 1
        self._groups = len(groups) > len({suite for suite, _ in groups})

    def of(self, result: Result) -> str:
        """Such as ``login``, ``api: login`` or ``api.smoke: login``."""
        parts = [result.suite] if self._suites else []
        if self._groups and result.group:
            parts.append(result.group)
        return one_line(f"{'.'.join(parts)}: {result.name}" if parts else result.name)


def detail(result: Result) -> Iterator[Shown]:
    """What was expected and what was found, each attempt where there were several, where it stands, how to repeat it.

    Nothing in a line moves a terminal's cursor.
    """
    for unmet in result.unmet:
        yield from _unmet(unmet)
    if len(result.attempts) > 1:
        yield from _attempts(result.attempts)
    yield f"at {place(result)}", "dim"
    if result.request:
        yield one_line(result.request), "cyan"
    elif result.url:
        yield one_line(result.url), "cyan"


def measured(result: Result) -> Iterator[Shown]:
    """What was measured at the last attempt."""
    facts = _facts(result.measured)
    if facts:
        yield ", ".join(facts), "dim"
    phases = [
        f"{one_line(name.replace('_', ' '))} {format_duration(seconds)}"
        for name, seconds in result.measured.phases.items()
    ]
    if phases:
        yield ", ".join(phases), "dim"


def said(result: Result) -> str:
    """How it ended, on one line; empty for what simply passed."""
    if result.flaky:
        return f"passed at attempt {len(result.attempts)}"
    return "" if result.status is Status.PASSED else one_line(cut(result.words, _LONGEST)) or result.status.value


def tally(summary: Summary) -> str:
    """Such as ``12 checks in 3.2s: 9 passed, 2 failed, 1 error``."""
    words = f"{_count(summary.total, 'check')} in {format_duration(summary.seconds)}"
    counts = [
        f"{summary.passed} passed" if summary.passed else "",
        f"{summary.failed} failed" if summary.failed else "",
        _count(summary.errors, "error") if summary.errors else "",
        f"{summary.skipped} skipped" if summary.skipped else "",
    ]
    return f"{words}: {', '.join(filter(None, counts))}" if summary.total else words


def among(summary: Summary) -> str:
    """How many of those only warn, and are flaky; empty where none are."""
    counts = [
        _count(summary.warned, "warning") if summary.warned else "",
        f"{summary.flaky} flaky" if summary.flaky else "",
    ]
    return ", ".join(filter(None, counts))


def place(result: Result) -> str:
    """Where the check stands: ``smoke.yaml:12``."""
    return one_line(f"{result.file}:{result.line}")


def _unmet(unmet: Unmet) -> Iterator[Shown]:
    if not unmet.expected and not unmet.actual:
        yield one_line(cut(unmet.words, _LONGEST)), "bold"
    else:
        yield one_line(unmet.subject), "bold"
        yield from _value("expected", unmet.expected)
        yield from _value("got", unmet.actual)
    for line in unmet.diff[:_MOST_LINES]:
        yield f"  {' '.join(lines(cut(line, _LONGEST)))}", *([_MARKS[line[0]]] if line[:1] in _MARKS else [])
    if len(unmet.diff) > _MOST_LINES:
        yield f"  ... {len(unmet.diff) - _MOST_LINES} more lines", "dim"


def _value(name: str, text: str) -> Iterator[Shown]:
    shown = lines(cut(text, _LONGEST))
    yield (f"  {name:<8}  {shown[0]}",)
    for line in shown[1:_MOST_LINES]:
        yield (f"  {'':<8}  {line}",)
    if len(shown) > _MOST_LINES:
        yield f"  {'':<8}  ... {len(shown) - _MOST_LINES} more lines", "dim"


def _attempts(attempts: Sequence[Attempt]) -> Iterator[Shown]:
    left_out = len(attempts) - _FIRST_ATTEMPTS - _LAST_ATTEMPTS
    for place, attempt in enumerate(attempts):
        if left_out > 1 and _FIRST_ATTEMPTS <= place < _FIRST_ATTEMPTS + left_out:
            if place == _FIRST_ATTEMPTS:
                yield f"... {left_out} more attempts", "dim"
            continue
        words = one_line(cut(attempt.words, _LONGEST)) or attempt.status.value
        yield (f"attempt {attempt.number}  {format_duration(attempt.seconds):>7}  {words}",)


def _facts(of: Measured) -> list[str]:
    found = []
    if of.status_code is not None:
        found.append(f"HTTP {of.status_code}")
    if of.http_version is not None:
        found.append(f"version {one_line(of.http_version)}")
    if of.size is not None:
        found.append(format_size(of.size))
    if of.redirects:
        found.append(_count(of.redirects, "redirect"))
    if of.ip is not None:
        found.append(f"from {one_line(of.ip)}")
    if of.tls_version is not None:
        found.append(one_line(of.tls_version))
    if of.expiry_s is not None:
        found.append(f"certificate until {day(of.expiry_s)}")
    if of.answers is not None:
        found.append(_count(of.answers, "answer"))
    if of.grpc_status is not None:
        found.append(f"gRPC status {of.grpc_status}")
    return found


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _phase(name: str) -> str:
    return one_line(name.replace("_", " "))


def day(seconds: float) -> str:
    """The date (UTC) of ``seconds`` since 1970."""
    from datetime import UTC, datetime

    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    except (OverflowError, ValueError, OSError):  # a certificate may say any year
        return f"{seconds:.0f} seconds since 1970"
