"""Whether a check that failed is tried again, and when. Pure: time is an instant on a clock that only grows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.core.attempt import Again, Enough, affordable
from wherry.core.backoff import growing
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.check.plan import Job

# With --until: quickly at first, as most services are there within seconds, then not so often as to be a load.
_FIRST_PAUSE_S: Final = 0.1
_LONGEST_PAUSE_S: Final = 2.0


class Rules(Record):
    """How long it is tried. ``deadline`` and ``until`` are instants; with ``until`` whatever fails is tried again."""

    deadline: float = math.inf
    until: float | None = None


class Failure(Record):
    """What a failed attempt says about another one.

    ``sent``: the server may have acted on it. ``broken``: no repetition mends it. ``asked_s``: the seconds that the
    server asks to wait, None where it does not. ``repeatable``: doing it twice is safe.
    """

    sent: bool = True
    broken: bool = False
    asked_s: float | None = None
    repeatable: bool = True
    method: str = ""


def follow(job: Job, failure: Failure, rules: Rules, now: float, random: Callable[[], float]) -> Again | Enough:
    """What follows the attempt number ``job.tries``, which failed. ``random`` returns a number in [0, 1)."""
    policy = job.planned.retry
    if failure.broken:
        return Enough()
    if rules.until is not None:
        grown = growing(job.tries, base_s=_FIRST_PAUSE_S, cap_s=_LONGEST_PAUSE_S, random=random)
        wait_s = max(grown, failure.asked_s or 0.0)
        return Again(wait_s) if now + wait_s < min(rules.until, rules.deadline) else Enough()
    if job.tries > policy.retries:
        return Enough()
    if failure.sent and not failure.repeatable:
        return Enough(f"{failure.method} may act twice", unsafe=True)
    wait_s = policy.wait(job.tries, failure.asked_s, random)
    why = affordable(wait_s, rules.deadline, now, asked=bool(failure.asked_s))
    return Enough(why) if why else Again(wait_s)
