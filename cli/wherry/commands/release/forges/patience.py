"""How long a call waits, and when it gives up."""

from __future__ import annotations

import asyncio
import math
import random
import time
from typing import TYPE_CHECKING

from wherry.commands.release.forges.reply import Refused, asked
from wherry.commands.release.forges.wish import DECLINED, after_refusal
from wherry.core import attempt
from wherry.core.attempt import Enough
from wherry.core.quantity import format_duration
from wherry.core.record import Record
from wherry.core.retry import RETRYABLE_STATUSES
from wherry.core.status import status_words
from wherry.errors import DeadlinePassed, WherryError
from wherry.net.attempt import fault_of, rate_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from wherry.commands.release.forges.reply import Reply
    from wherry.commands.release.forges.wish import Wish
    from wherry.core.attempt import Again
    from wherry.core.retry import RetryPolicy
    from wherry.core.scope import Scope
    from wherry.net.failure import NetFailure


class Verdict(Record):
    """What follows an attempt that failed: ``error``, unless ``step`` is another.

    ``lost``: the forge may have done what it was asked for.
    """

    step: Again | Enough
    error: WherryError
    words: str
    lost: bool


class Patience:
    """Obeys one policy, one deadline, and the limits that the forge tells."""

    def __init__(self, scope: Scope, policy: RetryPolicy, say: Callable[[str], None], hints: Mapping[int, str]) -> None:
        self._scope = scope
        self._policy = policy
        self._say = say
        self._hints = hints
        self._closed_until = -math.inf

    async def admitted(self, wish: Wish) -> None:
        """Wait while a limit that was told is used up. Raises WherryError where that is too long."""
        now = asyncio.get_running_loop().time()
        wait_s = self._closed_until - now
        if wait_s <= 0:
            return
        if why := attempt.affordable(wait_s, self._deadline, now, asked=True):
            kind = WherryError if self._scope.deadline is None else DeadlinePassed
            raise kind(f"{asked(wish.method, wish.url)}: the rate limit is used up: {why}")
        self._say(f"the rate limit is used up; waiting {format_duration(wait_s)}")
        await asyncio.sleep(wait_s)

    def heed(self, headers: Iterable[tuple[str, str]]) -> None:
        """Remember the limit that an answer tells."""
        limit = rate_limit(headers)
        if limit is not None and limit.remaining == 0:
            self._closed_until = asyncio.get_running_loop().time() + limit.reset_s

    def refused(self, wish: Wish, number: int, reply: Reply) -> Verdict:
        """What follows attempt ``number`` (from 1) that was answered with a status that says no."""
        now = asyncio.get_running_loop().time()
        step = after_refusal(self._rules(wish), number, reply, now=now, now_epoch_s=time.time(), random=random.random)
        error = Refused(reply, more=_why(step), hint=self._hints.get(reply.status))
        lost = reply.status in RETRYABLE_STATUSES - DECLINED
        return Verdict(step, error, status_words(reply.status, reply.reason), lost)

    def failed(self, wish: Wish, number: int, failure: NetFailure) -> Verdict:
        """What follows attempt ``number`` (from 1) that brought no answer."""
        fault, now = fault_of(failure), asyncio.get_running_loop().time()
        step = attempt.after_fault(self._rules(wish), number, fault, now, random.random)
        words = failure.message
        failure.message += _why(step)
        return Verdict(step, failure, words, fault.sent)

    async def wait(self, wish: Wish, number: int, verdict: Verdict) -> None:
        """Wait until attempt ``number + 1``. Raises the error of ``verdict`` where there is none."""
        if isinstance(verdict.step, Enough):
            raise verdict.error
        wait = format_duration(verdict.step.wait_s)
        self._say(
            f"{asked(wish.method, wish.url)}: {verdict.words}; retry {number} of {self._policy.retries} in {wait}"
        )
        await asyncio.sleep(verdict.step.wait_s)

    def _rules(self, wish: Wish) -> attempt.Rules:
        return attempt.Rules(self._policy, wish.method, wish.repeatable, self._deadline)

    @property
    def _deadline(self) -> float:
        return math.inf if self._scope.deadline is None else self._scope.deadline


def _why(step: Again | Enough) -> str:
    return f"; not sent again: {step.why}" if isinstance(step, Enough) and step.why else ""
