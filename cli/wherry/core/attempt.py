"""What follows a failed attempt. Time is an instant on a clock that only grows; nothing here waits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.core.quantity import format_duration
from wherry.core.record import Record
from wherry.core.retry import RETRYABLE_STATUSES, RetryPolicy, retry_after

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.core.ratelimit import RateLimit

# Without a deadline, a server may not hold a job for longer than this with its Retry-After.
LONGEST_ASKED_S: Final = 300.0


class Rules(Record):
    """``repeatable``: sending ``method`` twice is safe here. ``deadline`` is an instant, infinite without one."""

    policy: RetryPolicy
    method: str = "GET"
    repeatable: bool = True
    deadline: float = math.inf


class Fault(Record):
    """An attempt that brought no answer.

    ``sent``: a connection was open, so the server may have acted. ``lasting``: repetition mends nothing.
    """

    words: str
    sent: bool
    lasting: bool = False


class Again(Record):
    """Wait, then send the request again."""

    wait_s: float


class Enough(Record):
    """This was the last attempt. ``why`` says what stands against another, empty where nothing need be said.

    ``unsafe``: another attempt could act twice.
    """

    why: str = ""
    unsafe: bool = False


def after_fault(rules: Rules, attempt: int, fault: Fault, now: float, random: Callable[[], float]) -> Again | Enough:
    """What follows attempt number ``attempt`` (from 1) that ended in ``fault``."""
    if fault.lasting or attempt > rules.policy.retries:
        return Enough()
    if fault.sent and not rules.repeatable:
        return _unsafe(rules)
    return _within(rules, rules.policy.wait(attempt, None, random), None, now)


def after_status(
    rules: Rules, attempt: int, status: int, asked_s: float | None, now: float, random: Callable[[], float]
) -> Again | Enough:
    """What follows attempt number ``attempt`` (from 1) answered with ``status``; ``asked_s`` as of :func:`asked`."""
    retryable = status in RETRYABLE_STATUSES or (status == 403 and asked_s is not None)
    if not retryable or attempt > rules.policy.retries:
        return Enough()
    if not rules.repeatable:
        return _unsafe(rules)
    return _within(rules, rules.policy.wait(attempt, asked_s, random), asked_s, now)


def asked(status: int, retry_after_value: str | None, limit: RateLimit | None, now_epoch_s: float) -> float | None:
    """Seconds that the server asks to wait: its Retry-After, or on 429 and 403 the reset of a rate limit used up.

    A 403 counts only with nothing remaining: so does GitHub refuse who asks too often.
    """
    used_up = status in (403, 429) and limit is not None and limit.remaining == 0
    if retry_after_value is not None and (status in RETRYABLE_STATUSES or used_up):
        seconds = retry_after(retry_after_value, now_epoch_s)
        if seconds is not None:
            return seconds
    return limit.reset_s if used_up and limit is not None else None


def pause(limit: RateLimit | None) -> float:
    """Seconds to wait before the next page, so that it is not refused."""
    return limit.reset_s if limit is not None and limit.remaining == 0 else 0.0


def affordable(wait_s: float, deadline: float, now: float, *, asked: bool) -> str:
    """Why so long a wait is not made, empty where it is. ``asked``: it is the server's wish."""
    shown = format_duration(wait_s)
    if now + wait_s >= deadline:
        return f"waiting {shown}{', as the server asks,' if asked else ''} would pass the deadline"
    if wait_s > LONGEST_ASKED_S and math.isinf(deadline):
        return f"the server asks to wait {shown}; --deadline allows that long"
    return ""


def _within(rules: Rules, wait_s: float, asked_s: float | None, now: float) -> Again | Enough:
    why = affordable(wait_s, rules.deadline, now, asked=bool(asked_s))
    return Enough(why) if why else Again(wait_s)


def _unsafe(rules: Rules) -> Enough:
    return Enough(f"{rules.method} may act twice", unsafe=True)
