"""Reports in words and as JSON. Names and words come from files that nobody vouches for, and are made printable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wherry.commands.release.verify.check import State
from wherry.ui.console import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.release.verify.check import Check, Report
    from wherry.ui.paint import Paint

_COLOURS: Final = {State.OK: "green", State.NOTE: "yellow", State.PROBLEM: "red"}


def lines(target: str, report: Report, paint: Paint) -> Iterator[str]:
    """A line for each check, and what it comes to."""
    for check in report.checks:
        yield _line(check, paint)
    problems = sum(check.state is State.PROBLEM for check in report.checks)
    if report.verified:
        yield f"{_plain(target)}: verified"
    elif problems:
        yield f"{_plain(target)}: not verified, {problems} problem{'' if problems == 1 else 's'}"
    else:
        yield f"{_plain(target)}: not verified, nothing says what it should be"


def document(target: str, report: Report) -> dict[str, Any]:
    """Fields: target, verified, commit, repository, builder, checks (kind, state, name, words); see docs/release.md."""
    origin = report.origin
    return {
        "target": target,
        "verified": report.verified,
        "commit": origin.commit if origin else None,
        "repository": origin.repository if origin else None,
        "builder": origin.builder if origin else None,
        "checks": [
            {"kind": check.kind, "state": check.state.value, "name": check.name, "words": check.words}
            for check in report.checks
        ],
    }


def _line(check: Check, paint: Paint) -> str:
    """``ok       checksum    acme_1.2.3_linux_amd64.tar.gz: as in SHA256SUMS``."""
    state = paint(f"{check.state.value:<8}", _COLOURS[check.state])
    return f"{state} {check.kind:<11} {_plain(check.name)}: {_plain(check.words)}"


def _plain(text: str) -> str:
    """On one line; what is no letter that UTF-8 has is spelled out."""
    text = text.encode("utf-8", "backslashreplace").decode()
    return printable(text).replace("\n", "\\n").replace("\t", " ")
