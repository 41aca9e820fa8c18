"""What is done next in a run, decided from what has ended. Nothing here waits.

Time is an instant on a clock that only grows.

:class:`Agenda` knows which checks may start: those whose needs have passed, in the order in which they stand.
"""

from __future__ import annotations

import math
from collections import deque
from heapq import heappop, heappush
from typing import TYPE_CHECKING

from wherry.commands.check.results import Measured, Severity, Status
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wherry.commands.check.results import Attempt
    from wherry.commands.check.suite.planned import Planned, Ready


class Job:
    """A check under way: what was tried of it so far. ``began_s`` is seconds since 1970, ``since`` an instant.

    ``ready`` and ``measured`` are of the last attempt.
    """

    __slots__ = ("attempts", "began_s", "measured", "planned", "ready", "since", "tries")

    def __init__(self, planned: Planned) -> None:
        self.planned = planned
        self.attempts: list[Attempt] = []
        self.tries = 0
        self.began_s = 0.0
        self.since = 0.0
        self.ready: Ready | None = None
        self.measured = Measured()


class Start(Record):
    """Make an attempt at this now."""

    job: Job


class Idle(Record):
    """Nothing can start before something ends, or before the instant ``due``."""

    due: float = math.inf


class Over(Record):
    """There is nothing left to do."""


class Skipped(Record):
    """A check that is not tried. ``status`` is ERROR where that must not pass unnoticed."""

    planned: Planned
    words: str
    status: Status = Status.SKIPPED


class Cause(Record):
    """Why those that need a check are not tried. ``matters``: it makes the run fail by itself."""

    words: str
    matters: bool


class Agenda:
    """The checks of one run that have not ended.

    A check starts when all that it needs have passed, and is skipped once one of them cannot pass any more; one that is
    to run ``always`` starts when they have ended. A check that stands for a list ends when all made of it have.
    """

    def __init__(self, checks: Sequence[Planned]) -> None:
        self._waiting = {one.index: one for one in checks}
        self._open_needs = {one.index: sum(need in self._waiting for need in one.needs) for one in checks}
        self._dependants: dict[int, list[int]] = {}
        for one in checks:
            for need in one.needs:
                self._dependants.setdefault(need, []).append(one.index)
        self._startable = [one.index for one in checks if not self._open_needs[one.index]]
        self._startable.sort()
        self._paused: list[tuple[float, int, Job]] = []
        self._under_way = 0
        self._made: dict[int, list[int]] = {}  # of a list: how many of its checks have not ended, and its index
        self._origins: dict[int, Planned] = {}
        self._causes: dict[int, Cause] = {}
        self._cut: Cause | None = None

    @property
    def is_cut(self) -> bool:
        """Whether nothing more is tried but what runs always."""
        return self._cut is not None

    @property
    def startable(self) -> int:
        """How many attempts could start at once."""
        return len(self._startable)

    def next(self, now: float) -> Start | Idle | Over:
        """What there is to do at ``now``; a Start is to be answered by one of the methods below."""
        if self._paused and self._paused[0][0] <= now:
            job = heappop(self._paused)[2]
        elif self._startable:
            job = Job(self._waiting.pop(heappop(self._startable)))
        elif self._paused:
            return Idle(self._paused[0][0])
        else:
            return Idle() if self._under_way else Over()
        self._under_way += 1
        return Start(job)

    def pause(self, job: Job, until: float) -> None:
        """``job`` is to be tried again at ``until``."""
        self._under_way -= 1
        heappush(self._paused, (until, job.planned.index, job))

    def end(self, planned: Planned, cause: Cause | None) -> list[Skipped]:
        """``planned`` has ended, well where ``cause`` is None; what is not going to be tried because of it."""
        self._under_way -= 1
        return list(self._ended(planned, cause))

    def expand(self, planned: Planned, made: Sequence[Planned]) -> list[Skipped]:
        """``made`` are to be tried in place of ``planned``; it has ended well where there are none."""
        self._under_way -= 1
        if not made:
            return list(self._ended(planned, None))
        self._made[planned.index] = [len(made)]
        for one in made:
            self._origins[one.index] = planned
            self._waiting[one.index] = one
            if self._cut is None or one.always:
                heappush(self._startable, one.index)
        return list(self._cut_off(made, self._cut)) if self._cut is not None else []

    def cause_of(self, planned: Planned) -> Cause | None:
        """Why one of the checks that ``planned`` needs did not pass; None where all did."""
        return next((self._causes[need] for need in planned.needs if need in self._causes), None)

    def cut(self, words: str) -> tuple[list[Skipped], list[Job]]:
        """Try nothing more but what runs always: what is skipped, and what was paused and stays as it was.

        The jobs are under way again, so that each is to be ended.
        """
        if self._cut is not None:
            return [], []
        self._cut = Cause(words, matters=True)
        paused = [job for _, _, job in sorted(self._paused, key=lambda entry: entry[1])]
        self._paused.clear()
        self._under_way += len(paused)
        rest = [self._waiting[index] for index in sorted(self._waiting)]
        self._startable = [index for index in self._startable if self._waiting[index].always]
        self._startable.sort()
        return list(self._cut_off(rest, self._cut)), paused

    def rest(self) -> list[Planned]:
        """What has not started, taken off the agenda: there is no time left for it."""
        found = [self._waiting[index] for index in sorted(self._waiting)]
        self._waiting.clear()
        self._startable.clear()
        return found

    def _cut_off(self, checks: Iterable[Planned], cause: Cause) -> Iterator[Skipped]:
        for one in checks:
            if not one.always and self._waiting.pop(one.index, None) is not None:
                yield Skipped(one, cause.words)
                yield from self._ended(one, cause)

    def _ended(self, planned: Planned, cause: Cause | None) -> Iterator[Skipped]:
        """Without recursion: a chain of needs may be as long as a run."""
        ended: deque[tuple[Planned, Cause | None]] = deque([(planned, cause)])
        while ended:
            planned, cause = ended.popleft()
            if cause is not None:
                self._causes.setdefault(planned.index, cause)
            if (origin := self._origins.pop(planned.index, None)) is not None:
                if cause is not None:
                    self._causes.setdefault(origin.index, cause)
                left = self._made[origin.index]
                left[0] -= 1
                if not left[0]:
                    ended.append((origin, self._causes.get(origin.index)))
                continue
            for index in self._dependants.pop(planned.index, ()):
                self._open_needs[index] -= 1
                one = self._waiting.get(index)
                if one is None:
                    continue
                if cause is not None and not one.always:
                    del self._waiting[index]
                    skipped = _skipped(one, cause)
                    yield skipped
                    ended.append((one, Cause(cause.words, cause.matters or skipped.status is Status.ERROR)))
                elif not self._open_needs[index]:
                    heappush(self._startable, index)


def _skipped(planned: Planned, cause: Cause) -> Skipped:
    """A check that matters does not open the gate because what it needs only warned."""
    if cause.matters or planned.severity is Severity.WARN:
        return Skipped(planned, cause.words)
    return Skipped(planned, f"not tried: {cause.words}, which by itself only warns", Status.ERROR)


def cause(planned: Planned, status: Status) -> Cause | None:
    """What the end of ``planned`` means for those that need it; None where they may go on."""
    if status is Status.PASSED:
        return None
    return Cause(f"{planned.name} failed", planned.severity is Severity.ERROR)
