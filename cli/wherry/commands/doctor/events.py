"""What an examination found."""

from __future__ import annotations

from enum import StrEnum

from wherry.core.record import Record


class State(StrEnum):
    """``NOTE`` is worth knowing and no fault; a ``PROBLEM`` will make commands fail."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


class Finding(Record):
    """One thing looked at; ``words`` say what was seen."""

    name: str
    state: State
    words: str
