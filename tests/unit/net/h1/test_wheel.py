"""The wheel, on a clock that the test turns."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.net.h1.wheel import NEVER, STEP_S, Wheel

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable


@dataclass
class Handle:
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


@dataclass
class Loop:
    """As much of an event loop as a wheel uses."""

    now: float = 100.0
    timers: list[tuple[float, int, Handle, Callable[[], None]]] = field(default_factory=list)
    made: int = 0

    def time(self) -> float:
        return self.now

    def call_at(self, when: float, callback: Callable[[], None]) -> Handle:
        handle = Handle()
        self.made += 1
        heapq.heappush(self.timers, (when, self.made, handle, callback))
        return handle

    @property
    def armed(self) -> int:
        return sum(not handle.cancelled for _, _, handle, _ in self.timers)

    def turn(self, seconds: float) -> None:
        end = self.now + seconds
        while self.timers and self.timers[0][0] <= end:
            when, _, handle, callback = heapq.heappop(self.timers)
            self.now = max(self.now, when)
            if not handle.cancelled:
                callback()
        self.now = end


class Member:
    def __init__(self, deadline: float, then: Callable[[Member], None] | None = None) -> None:
        self.deadline = deadline
        self.spoke = NEVER
        self.expiries: list[float] = []
        self._then = then

    def expired(self, now: float) -> None:
        self.expiries.append(now)
        self.deadline = math.inf
        if self._then:
            self._then(self)


@pytest.fixture
def loop() -> Loop:
    return Loop()


@pytest.fixture
def wheel(loop: Loop) -> Wheel:
    return Wheel(cast("asyncio.AbstractEventLoop", cast("Any", loop)))


def test_a_deadline_passes_once_and_not_early(loop: Loop, wheel: Wheel) -> None:
    member = Member(101.0)
    wheel.watch(member)
    loop.turn(0.99)
    assert member.expiries == []
    loop.turn(1)
    assert member.expiries == [pytest.approx(101.0, abs=STEP_S)]
    loop.turn(1000)
    assert len(member.expiries) == 1
    assert loop.armed == 0, "nothing to wait for, no timer"


def test_a_later_deadline_needs_no_call(loop: Loop, wheel: Wheel) -> None:
    member = Member(101.0)
    wheel.watch(member)
    for _ in range(20):
        loop.turn(0.5)
        member.deadline = loop.now + 1
    assert member.expiries == []
    loop.turn(2)
    assert len(member.expiries) == 1


def test_an_earlier_deadline_is_watched_anew(loop: Loop, wheel: Wheel) -> None:
    member = Member(200.0)
    wheel.watch(member)
    member.deadline = 101.0
    wheel.watch(member)
    loop.turn(1 + STEP_S)
    assert len(member.expiries) == 1


def test_one_timer_for_all(loop: Loop, wheel: Wheel) -> None:
    members = [Member(101 + i / 100) for i in range(1000)]
    for member in members:
        wheel.watch(member)
        assert loop.armed == 1
    loop.turn(20)
    assert all(len(member.expiries) == 1 for member in members)
    assert loop.made <= 12 / STEP_S, "a timer a step at most"


def test_what_is_forgotten_does_not_expire(loop: Loop, wheel: Wheel) -> None:
    other = Member(101.0)
    member = Member(101.0, then=lambda _: wheel.forget(other))
    for one in (member, other):
        wheel.watch(one)
    gone = Member(101.0)
    wheel.watch(gone)
    wheel.forget(gone)
    wheel.forget(gone)
    loop.turn(2)
    assert gone.expiries == []
    wheel.watch(other)
    wheel.stop()
    loop.turn(2)
    assert loop.armed == 0


def test_infinity_is_not_watched(loop: Loop, wheel: Wheel) -> None:
    member = Member(math.inf)
    wheel.watch(member)
    assert loop.armed == 0


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(0, 5), st.floats(0, 3)), max_size=40))
def test_no_deadline_is_missed_by_more_than_a_step(moves: list[tuple[int, float, float]]) -> None:
    loop = Loop()
    wheel = Wheel(cast("asyncio.AbstractEventLoop", cast("Any", loop)))
    members = [Member(math.inf) for _ in range(5)]
    due: dict[int, float] = {}
    for index, after_s, turn_s in moves:
        members[index].deadline = due[index] = loop.now + after_s
        members[index].expiries.clear()
        wheel.watch(members[index])
        loop.turn(turn_s)
        for i, deadline in due.items():
            if members[i].expiries:
                assert deadline - 1e-9 <= members[i].expiries[0] <= deadline + STEP_S + 1e-9
            else:
                assert loop.now <= deadline + STEP_S + 1e-9
