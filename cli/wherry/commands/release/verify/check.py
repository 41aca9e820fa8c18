"""What was looked at, and what came of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from wherry.core.record import Record

KINDS: Final = ("checksum", "signature", "provenance", "sbom")
"""What can be required."""


class State(StrEnum):
    """A note is something that could not be looked at, and that nobody asked for."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


class Check(Record):
    """One thing that holds or does not; ``kind`` is one of KINDS, ``name`` the file that it is about."""

    kind: str
    state: State
    name: str
    words: str


class Origin(Record):
    """What the provenance says of where the release comes from."""

    commit: str | None
    repository: str | None
    builder: str


class Report(Record):
    """All of it. ``proven`` are, for each of KINDS, the files of which it holds; ``origin`` is None without one."""

    checks: tuple[Check, ...]
    proven: dict[str, frozenset[str]]
    origin: Origin | None

    @property
    def verified(self) -> bool:
        """Whether something holds, and nothing does not."""
        states = {each.state for each in self.checks}
        return State.OK in states and State.PROBLEM not in states
