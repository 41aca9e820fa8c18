"""Runs checks: so many at the same time, each when its turn has come, and tells what came of them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from wherry.commands.check import again, conclusion, plan
from wherry.commands.check.looking import attempt_at
from wherry.commands.check.report.reporter import Line
from wherry.commands.check.results import Status, Summary
from wherry.commands.check.suite.planned import Unresolved
from wherry.commands.check.workers import Workers
from wherry.core.attempt import Again
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from wherry.commands.check.looking import Tried
    from wherry.commands.check.options import Options
    from wherry.commands.check.plan import Job, Skipped
    from wherry.commands.check.reach import Reach
    from wherry.commands.check.results import Result
    from wherry.commands.check.suite.planned import Planned
    from wherry.core.secret import Redactor

    class Audience(Protocol):
        """Who is told what happens while it happens."""

        def started(self, index: int, number: int, words: str, /) -> None: ...

        def expanded(self, index: int, lines: Sequence[Line], /) -> None: ...

        def result(self, result: Result, /) -> None: ...


# What is to run always has so long when everything else was cut off.
GRACE_S: Final = 5.0
_NAMED: Final = 5


class Running:
    """The checks of one run, round after round. ``deadline`` is an instant on the loop's clock."""

    def __init__(
        self,
        checks: Sequence[Planned],
        options: Options,
        reaches: Mapping[str | None, Reach],
        audience: Audience,
        redactor: Redactor,
        deadline: float,
    ) -> None:
        self._checks = checks
        self._options = options
        self._reaches = reaches
        self._audience = audience
        self._redactor = redactor
        self._mask = redactor.mask
        self._clock = asyncio.get_running_loop().time
        self._deadline = deadline
        self._agenda = plan.Agenda(())
        self._rules = again.Rules()
        self._round = 0
        self._values: dict[tuple[int, str], object] = {}
        self._workers = Workers(self._do)
        self._made: dict[int, tuple[int, int]] = {}  # of a list: its first index and how many there are from it
        self._next_index = max(one.index for one in checks) + 1
        self._cut_off = ""
        self._began_s = time.time()
        self._since = time.monotonic()
        self._counts: Counter[str] = Counter()
        self.ended = ""
        self.failed: list[str] = []

    async def run(self) -> bool:
        """All rounds; False where the deadline passed before they were over."""
        for number in range(1, self._options.repeat + 1):
            self._round = number
            until_s = self._options.until_s
            until = None if until_s is None else self._clock() + until_s
            self._rules = again.Rules(self._deadline, until)
            self._agenda = plan.Agenda(self._checks)
            self._values.clear()
            if not await self._workers.work_off(self._agenda, self._count(), self._deadline):
                return False
            if self._agenda.is_cut:
                break
        return True

    async def cut_short(self, words: str) -> None:
        """End what is under way because of what ``words`` say; what is to run always still has a little time."""
        self.ended = self._cut_off = words
        skipped, jobs = self._agenda.cut(words)
        for job in jobs:
            self._conclude(job)
        await self.aclose()
        self._tell_skipped(skipped)
        if not await self._workers.work_off(self._agenda, self._count(), self._clock() + GRACE_S):
            await self.aclose()
        for planned in self._agenda.rest():
            self._tell(conclusion.of_skipped(plan.Skipped(planned, words), time.time(), self._mask))

    async def aclose(self) -> None:
        """End what is under way."""
        await self._workers.aclose()

    def summary(self) -> Summary:
        """What it came to so far."""
        counts = self._counts
        return Summary(
            self._began_s, time.monotonic() - self._since,
            counts[Status.PASSED], counts[Status.FAILED], counts[Status.ERROR], counts[Status.SKIPPED],
            counts["warned"], counts["flaky"], self._mask(self.ended),
        )  # fmt: skip

    def _count(self) -> int:
        """How many workers have something to do; nobody knows how many checks a list will make."""
        if any(one.listed for one in self._checks):
            return self._options.jobs
        return min(self._options.jobs, len(self._checks))

    async def _do(self, job: Job) -> None:
        planned = job.planned
        if not job.tries:
            job.began_s, job.since = time.time(), time.monotonic()
        try:
            if planned.listed:
                self._expand(job)
                return
            ready = planned.resolve(self._values)
        except UsageError as exc:
            self._impossible(job, exc)
            return
        job.ready = ready
        if ready.secrets:
            self._redactor.add(*ready.secrets)
        self._audience.started(planned.index, job.tries + 1, job.attempts[-1].words if job.attempts else "")
        began_s, since = time.time(), time.monotonic()
        try:
            tried = await attempt_at(planned, ready, self._reaches[planned.profile])
        except asyncio.CancelledError:
            self._note(job, began_s, since, Status.ERROR, f"cut off: {self._cut_off or 'the run ended'}")
            self._conclude(job)
            raise
        self._take(job, tried)
        self._note(job, began_s, since, tried.status, tried.words, tried)
        if tried.status is Status.PASSED or self._agenda.is_cut:
            self._conclude(job)
            return
        step = again.follow(job, tried.failure, self._rules, self._clock(), random.random)
        if isinstance(step, Again):
            self._agenda.pause(job, self._clock() + step.wait_s)
            self._workers.wake(max(1, self._agenda.startable - 1))
            return
        self._conclude(job, step.why)

    def _take(self, job: Job, tried: Tried) -> None:
        """Keep what was captured and measured; what is secret of it is masked from here on."""
        planned = job.planned
        for name, value in tried.captured.items():
            self._values[planned.index, name] = value
        if tried.secrets:
            self._redactor.add(*tried.secrets)
        job.measured = conclusion.measured(tried.facts, tried.phases, is_http=planned.kind.value == "http")

    def _note(
        self, job: Job, began_s: float, since: float, status: Status, words: str, tried: Tried | None = None
    ) -> None:
        job.tries += 1
        attempt = conclusion.attempt(
            job.tries, began_s, time.monotonic() - since, status, words, self._mask,
            reason=tried.reason if tried is not None else None,
            unmet=tried.unmet if tried is not None else (),
        )  # fmt: skip
        conclusion.noted(job.attempts, attempt)

    def _expand(self, job: Job) -> None:
        """Raises UsageError where there is no list."""
        planned = job.planned
        first, count = self._made.get(planned.index, (self._next_index, 0))
        made = planned.expand(self._values, first)
        if len(made) > count and first != self._next_index:
            first = self._next_index
            made = planned.expand(self._values, first)
        if first == self._next_index:
            self._next_index += len(made)
            self._made[planned.index] = (first, len(made))
        if not made:
            self._tell(conclusion.of_skipped(plan.Skipped(planned, "its list is empty"), time.time(), self._mask))
        else:
            self._audience.expanded(planned.index, lines_of(made, self._mask))
        self._tell_skipped(self._agenda.expand(planned, made))
        self._workers.wake(self._agenda.startable)

    def _impossible(self, job: Job, exc: UsageError) -> None:
        """A value that it uses was not captured, or makes no sense there."""
        planned = job.planned
        cause = self._agenda.cause_of(planned)
        if cause is not None and isinstance(exc, Unresolved):
            # It is one of those that run always, and what it would clean up was never made.
            skipped = plan.Skipped(planned, cause.words)
            self._tell(conclusion.of_skipped(skipped, time.time(), self._mask))
            self._end(planned, cause)
            return
        self._note(job, time.time(), time.monotonic(), Status.ERROR, str(exc))
        self._conclude(job)

    def _conclude(self, job: Job, why_not_again: str = "") -> None:
        if why_not_again and job.planned.retry.retries:
            last = job.attempts[-1]
            job.attempts[-1] = conclusion.with_words(last, f"{last.words} (not tried again: {why_not_again})")
        result = conclusion.of_job(job, time.monotonic() - job.since, self._mask)
        self._tell(result)
        self._end(job.planned, plan.cause(job.planned, result.status))

    def _end(self, planned: Planned, cause: plan.Cause | None) -> None:
        self._tell_skipped(self._agenda.end(planned, cause))
        if cause is not None and cause.matters and self._options.fail_fast and not self._agenda.is_cut:
            self.ended = f"--fail-fast: {cause.words}"
            self._cut(self.ended)
        # Whoever ended it takes one of those that can start now; the others are for who is idle.
        self._workers.wake(self._agenda.startable - 1)

    def _cut(self, words: str) -> None:
        skipped, jobs = self._agenda.cut(words)
        self._tell_skipped(skipped)
        for job in jobs:
            self._conclude(job)

    def _tell_skipped(self, skipped: Sequence[Skipped]) -> None:
        for one in skipped:
            self._tell(conclusion.of_skipped(one, time.time(), self._mask))

    def _tell(self, result: Result) -> None:
        self._counts[result.status] += 1
        self._counts["warned"] += result.warns
        self._counts["flaky"] += result.flaky
        if self._options.repeat > 1:
            result = conclusion.in_round(result, self._round)
        if result.fails and len(self.failed) < _NAMED:
            self.failed.append(result.name)
        self._audience.result(result)


def lines_of(checks: Sequence[Planned], mask: conclusion.Mask) -> list[Line]:
    """What reports are told of ``checks`` beforehand."""
    return [Line(one.index, one.suite, one.group, mask(one.name), one.file, one.line) for one in checks]
