"""JSON that is safe to show: what a stranger wrote moves no terminal's cursor, and commands no CI job."""

from __future__ import annotations

import json
from typing import Any


def dumps(value: Any) -> str:
    """``value`` on one line of printable characters."""
    return printable(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def printable(text: str) -> str:
    """JSON without white space between its tokens, with everything escaped that somebody may obey.

    What is escaped beyond need can only stand in a string, where an escape means the same (RFC 8259 section 7).
    """
    # Azure's and GitHub's runners obey ``##vso[`` and ``##[`` wherever they stand in a log.
    text = text.replace("##", "#\\u0023")
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
