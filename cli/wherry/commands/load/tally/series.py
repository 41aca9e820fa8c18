"""The run over time, in steps that grow longer as it does."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from wherry.commands.load.record import Step
from wherry.commands.load.tally.growing import Growing, pack, unpack
from wherry.commands.load.tally.part import PART_S
from wherry.core.histogram import HIGHEST_US, highest_of, index_of, percentiles_of, power_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.load.tally.part import Part
    from wherry.core.histogram import Sparse

# The first index of each power of two.
_POWERS: Final = tuple(index_of(2**power) for power in range(HIGHEST_US.bit_length()))
# When a step would be one too many, each two become one.
MOST_STEPS: Final = 600
FIRST_S: Final = 2 * PART_S
# Parts of this many steps still come in often; the histograms of those before are packed.
_OPEN: Final = 2
# Of a step: a request that ended in the first 0.2 ms of one would be 5,000 a second.
_SHORTEST: Final = 0.25
# With each new step: half of them would be enough, so all are there in time.
_PAIRS_AT_ONCE: Final = 2


class Series:
    """At most ``MOST_STEPS`` steps, of the same length: ``FIRST_S``, and twice that each time that they are too many.

    A step's percentiles are those of all that ended in it, for what is merged are histograms. A part belongs to the
    step in which its middle lies. ``planned_by`` is schedule.Schedule.planned_by, None in a closed loop.

    Merging all steps takes half a second, which would disturb what is measured: so the pairs that will be wanted are
    made one by one as the run goes on, and the day they are wanted they are there.
    """

    def __init__(self, planned_by: Callable[[float], float] | None = None) -> None:
        self._planned_by = planned_by
        self._step_s = FIRST_S
        self._steps: dict[int, _Step] = {}
        self._pairs: dict[int, _Step] = {}
        self._paired = 0
        self._open: set[int] = set()
        self._until_s = 0.0

    def add(self, part: Part, open_connections: int) -> None:
        """Add what a worker did; ``open_connections`` are those of all workers now."""
        middle_s = max(part.until_s - part.for_s / 2, 0.0)
        while middle_s >= MOST_STEPS * self._step_s:
            self._double()
        number = int(middle_s / self._step_s)
        step = self._steps.get(number)
        if step is None:
            step = self._steps[number] = _Step()
            self._settle(number)
        step.add(part, open_connections)
        self._open.add(number)
        if number // 2 < self._paired:
            pair = self._pairs.setdefault(number // 2, _Step())
            pair.add(part, open_connections)
            pair.close()
        self._until_s = max(self._until_s, part.until_s)

    def steps(self) -> tuple[Step, ...]:
        """All steps so far; the last one ends where the last part did, and what is too short is with the one before."""
        if not self._steps:
            return ()
        last = max(self._steps)
        shown = [self._shown(number) for number in range(last)]
        rest_s = min(self._until_s - last * self._step_s, self._step_s)
        if last and rest_s < _SHORTEST * self._step_s:
            both = _Step()
            for number in (last - 1, last):
                if number in self._steps:
                    both.merge(self._steps[number])
            shown[-1] = self._show(both, last - 1, self._step_s, for_s=self._step_s + rest_s)
        else:
            shown.append(self._show(self._steps[last], last, self._step_s, for_s=rest_s or self._step_s))
        return tuple(shown)

    def _settle(self, begun: int) -> None:
        """When step ``begun`` begins: those before it seldom grow any more."""
        settled = {number for number in self._open if number <= begun - _OPEN}
        for number in settled:
            self._steps[number].close()
        self._open -= settled
        for _ in range(_PAIRS_AT_ONCE):
            if 2 * self._paired + 1 > begun - _OPEN:
                break
            self._pair()

    def _pair(self) -> None:
        """Make the next pair."""
        number = self._paired
        self._paired += 1
        both = [self._steps[each] for each in (2 * number, 2 * number + 1) if each in self._steps]
        if both:
            pair = self._pairs[number] = _Step()
            for step in both:
                pair.merge(step)
            pair.shown = self._show(pair, number, 2 * self._step_s)
            pair.close()

    def _double(self) -> None:
        while self._paired < MOST_STEPS // 2:
            self._pair()
        self._steps, self._pairs, self._paired, self._open = self._pairs, {}, 0, set()
        self._step_s *= 2

    def _shown(self, number: int) -> Step:
        step = self._steps.get(number)
        if step is None:
            return self._show(_Step(), number, self._step_s)
        if step.shown is None:
            step.shown = self._show(step, number, self._step_s)
        return step.shown

    def _show(self, step: _Step, number: int, step_s: float, *, for_s: float | None = None) -> Step:
        at_s = number * step_s
        for_s = for_s or step_s
        target_per_s = None
        if self._planned_by is not None:
            target_per_s = (self._planned_by(at_s + for_s) - self._planned_by(at_s)) / for_s
        return step.show(at_s, for_s, target_per_s)


class _Step:
    """What is in one step. ``shown`` is what was made of it last, None when that is no longer true."""

    __slots__ = ("_latency", "_open_connections", "_packed", "answered", "failed", "sent", "shown")

    def __init__(self) -> None:
        self.sent = self.answered = self.failed = 0
        self.shown: Step | None = None
        self._open_connections = 0
        self._latency: Growing | None = Growing()
        self._packed = b""

    def add(self, part: Part, open_connections: int) -> None:
        self.sent += part.sent
        self.answered += part.answered
        self.failed += part.failed
        self._open_connections = max(self._open_connections, open_connections)
        self._opened().add(part.latency)
        self.shown = None

    def merge(self, other: _Step) -> None:
        self.sent += other.sent
        self.answered += other.answered
        self.failed += other.failed
        self._open_connections = max(self._open_connections, other._open_connections)
        self._opened().add(other._sparse())
        self.shown = None

    def close(self) -> None:
        """Make it small; it may still grow."""
        if self._latency is not None:
            self._packed = pack(self._latency.sparse())
            self._latency = None

    def _opened(self) -> Growing:
        if self._latency is None:
            self._latency = Growing(unpack(self._packed))
            self._packed = b""
        return self._latency

    def _sparse(self) -> Sparse:
        return unpack(self._packed) if self._latency is None else self._latency.sparse()

    def show(self, at_s: float, for_s: float, target_per_s: float | None) -> Step:
        sparse = self._sparse()
        p50, p90, p99 = percentiles_of(sparse, 50, 90, 99)
        return Step(
            at_s=at_s,
            for_s=for_s,
            sent=self.sent,
            answered=self.answered,
            failed=self.failed,
            target_per_s=target_per_s,
            open_connections=self._open_connections,
            p50_us=p50,
            p90_us=p90,
            p99_us=p99,
            max_us=highest_of(sparse[-1][0]) if sparse else None,
            heat=heat_of(sparse),
        )


def heat_of(sparse: Sparse) -> tuple[int, ...]:
    """How many values there are by power of two, as record.Step has it."""
    if not sparse:
        return ()
    indexes = [index for index, _ in sparse]
    reached = [0, *accumulate(count for _, count in sparse)]
    below = [reached[bisect_left(indexes, first)] for first in _POWERS[: power_of(indexes[-1]) + 1]]
    return tuple(more - less for less, more in pairwise([*below, reached[-1]]))
