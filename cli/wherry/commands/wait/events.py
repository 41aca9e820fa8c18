"""What happens while waiting."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.outcome import Outcome


class Standing(StrEnum):
    """Where one target stands. All but WAITING are final."""

    WAITING = "waiting"
    READY = "ready"
    BROKEN = "broken"


class Ending(StrEnum):
    """Why the waiting is over."""

    READY = "ready"
    DEADLINE = "deadline"
    BROKEN = "broken"
    INTERRUPTED = "interrupted"


class Finding(Record):
    """What one attempt found.

    ``reason`` is the failure in one word (dns, refused, tls, ...), None where an answer was read; ``words`` say it on
    one line. ``phases`` are seconds. ``cut``: the deadline of the run ended the attempt before it found anything.
    """

    outcome: Outcome
    words: str = ""
    reason: str | None = None
    phases: Mapping[str, float] = MappingProxyType({})
    cut: bool = False


class Status(Record):
    """What is known of one target.

    ``name`` is its label or the target itself, ``target`` the target without credentials. ``finding`` is the last
    one worth telling, None before the first. ``seconds`` is when it became what it is, since the start of the run.
    ``streak`` of ``needed`` successes in a row have been seen. ``gone``: it is waited for to go away.
    """

    name: str
    target: str
    standing: Standing = Standing.WAITING
    finding: Finding | None = None
    attempts: int = 0
    streak: int = 0
    needed: int = 1
    gone: bool = False
    seconds: float = 0.0


class Looked(Record):
    """An attempt on the target at ``index`` (from 0, in the order given) has ended."""

    index: int
    status: Status


class Finished(Record):
    """The waiting is over, after ``seconds``. ``any_of``: one ready target was enough."""

    ending: Ending
    seconds: float
    statuses: tuple[Status, ...]
    any_of: bool = False


Event = Looked | Finished
