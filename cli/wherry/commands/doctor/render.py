"""Findings in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wherry.commands.doctor.events import State
from wherry.core.record import as_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.doctor.events import Finding
    from wherry.ui.paint import Paint

_COLOURS: Final = {State.OK: "green", State.NOTE: "yellow", State.PROBLEM: "red"}


def line(finding: Finding, paint: Paint) -> str:
    """``ok       trust store    /etc/ssl/certs/ca-certificates.crt: 142 certificates``."""
    state = paint(f"{finding.state.value:<8}", _COLOURS[finding.state])
    return f"{state} {finding.name:<14} {finding.words}"


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """``{"ok": bool, "findings": [{"name", "state", "words"}]}``; state is ok, note or problem."""
    healthy = all(finding.state is not State.PROBLEM for finding in findings)
    return {"ok": healthy, "findings": [as_dict(finding) for finding in findings]}
