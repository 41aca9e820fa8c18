"""Deadlines of many connections on one timer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    import asyncio

STEP_S: Final = 1 / 16  # a power of two, so that no deadline is rounded past its spoke
NEVER: Final = -1


class Timed(Protocol):
    """What the wheel turns: ``deadline`` on the loop's clock, ``spoke`` is the wheel's own."""

    deadline: float
    spoke: int

    def expired(self, now: float) -> None: ...


class Wheel:
    """Calls ``expired`` of each member some time after its deadline, by STEP_S at most.

    A deadline that moves further away, as it does with each request, is only an assignment: the member is looked at
    when its old time comes, and put where it belongs then. Only a deadline that comes nearer needs :meth:`watch`.
    """

    __slots__ = ("_loop", "_spokes", "_timer", "_timer_spoke")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._spokes: dict[int, set[Timed]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._timer_spoke = NEVER

    def watch(self, member: Timed) -> None:
        """See to it that ``member`` is looked at when its deadline has passed."""
        if member.deadline == math.inf:
            return
        spoke = int(member.deadline / STEP_S) + 1
        if member.spoke != NEVER:
            if member.spoke <= spoke:
                return
            self.forget(member)
        member.spoke = spoke
        self._spokes.setdefault(spoke, set()).add(member)
        if self._timer is None or spoke < self._timer_spoke:
            self._arm(spoke)

    def forget(self, member: Timed) -> None:
        """Look at ``member`` no more."""
        if member.spoke != NEVER:
            members = self._spokes.get(member.spoke, set())
            members.discard(member)
            if not members:
                self._spokes.pop(member.spoke, None)
            member.spoke = NEVER

    def stop(self) -> None:
        """Forget everything."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._spokes.clear()

    def _arm(self, spoke: int) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_spoke = spoke
        self._timer = self._loop.call_at(spoke * STEP_S, self._turn)

    def _turn(self) -> None:
        self._timer_spoke = NEVER  # nothing is earlier: the timer is set once, when all is put where it belongs
        now = self._loop.time()
        for spoke in sorted(spoke for spoke in self._spokes if spoke * STEP_S <= now):
            members = self._spokes.pop(spoke, ())
            for member in members:
                member.spoke = NEVER
            for member in members:
                if member.deadline <= now:
                    self._expire(member, now)
                self.watch(member)
        self._timer = None
        if self._spokes:
            self._arm(min(self._spokes))

    def _expire(self, member: Timed, now: float) -> None:
        try:
            member.expired(now)
        except Exception as exc:  # one member's fault stops no one else's clock
            member.deadline = math.inf
            self._loop.call_exception_handler({"message": "a time-out could not be handled", "exception": exc})
