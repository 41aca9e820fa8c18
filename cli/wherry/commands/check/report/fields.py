"""Results as JSON has them; docs/check.md explains the fields, which are only ever added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wherry.commands.check.results import Attempt, Measured, Result, Summary, Unmet


def of_summary(summary: Summary) -> dict[str, Any]:
    """Counts and times of the run; ``ended`` is null where it was not cut off."""
    return {
        "ok": summary.ok,
        "ended": summary.ended or None,
        "began": round(summary.began_s, 6),
        "seconds": round(summary.seconds, 6),
        "total": summary.total,
        "passed": summary.passed,
        "failed": summary.failed,
        "errors": summary.errors,
        "skipped": summary.skipped,
        "warned": summary.warned,
        "flaky": summary.flaky,
    }


def of_result(result: Result) -> dict[str, Any]:
    """One check; ``reason`` is that of its last attempt."""
    return {
        "index": result.index,
        "suite": result.suite,
        "group": result.group,
        "name": result.name,
        "file": result.file,
        "line": result.line,
        "kind": result.kind,
        "url": result.url,
        "tags": list(result.tags),
        "severity": result.severity.value,
        "status": result.status.value,
        "flaky": result.flaky,
        "words": result.words,
        "reason": result.attempts[-1].reason if result.attempts else None,
        "began": round(result.began_s, 6),
        "seconds": round(result.seconds, 6),
        "request": result.request,
        "measured": _measured(result.measured),
        "attempts": [_attempt(attempt) for attempt in result.attempts],
    }


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "phases": {name: round(seconds, 6) for name, seconds in measured.phases.items()},
        "status_code": measured.status_code,
        "size": measured.size,
        "http_version": measured.http_version,
        "redirects": measured.redirects,
        "tls": measured.tls,
        "tls_version": measured.tls_version,
        "expiry": measured.expiry_s,
        "ip": measured.ip,
        "ip_version": measured.ip_version,
        "answers": measured.answers,
        "grpc_status": measured.grpc_status,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "began": round(attempt.began_s, 6),
        "seconds": round(attempt.seconds, 6),
        "status": attempt.status.value,
        "words": attempt.words,
        "reason": attempt.reason,
        "unmet": [_unmet(unmet) for unmet in attempt.unmet],
    }


def _unmet(unmet: Unmet) -> dict[str, Any]:
    return {
        "subject": unmet.subject,
        "expected": unmet.expected,
        "actual": unmet.actual,
        "words": unmet.words,
        "diff": list(unmet.diff),
    }
