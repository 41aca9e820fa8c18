"""What an examination found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """``NOTE`` is worth knowing and no fault; a ``PROBLEM`` will make commands fail."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``words`` say what was seen."""

    name: str
    state: State
    words: str
