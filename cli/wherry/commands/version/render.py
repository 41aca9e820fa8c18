"""The version in words and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wherry.core.record import as_dict

if TYPE_CHECKING:
    from wherry.commands.version.facts import Facts


def text(facts: Facts) -> str:
    """``wherry 0.1.0 (commit 1a2b3c4, linux/amd64, Python 3.11.2)``."""
    origin = f"commit {facts.commit[:12]}" if facts.commit else "from source"
    return f"wherry {facts.version} ({origin}, {facts.os}/{facts.arch}, Python {facts.python})"


def document(facts: Facts) -> dict[str, Any]:
    """Fields: version, commit (null from source), python, os, arch, frozen."""
    return as_dict(facts)
