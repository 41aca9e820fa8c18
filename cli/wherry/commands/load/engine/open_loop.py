"""The open loop: requests have their time by a schedule, whatever became of those before.

An arrival that is due takes the connection that became free last; where none is free, another is opened, up to the
limit; where that is reached it waits, and counts as late. What waits is not kept: there are two readers of the
schedule, one at the next arrival to come and one at the next to be sent.

To open a connection takes as long as some ten requests. So that at 20,000 a second the first arrivals do not hold up
those after them, a few connections are opened before, and then few at a time.
"""

from __future__ import annotations

from math import ceil
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, ClassVar, Final

from wherry.commands.load.engine.driver import Driver
from wherry.commands.load.engine.job import Job
from wherry.commands.load.engine.ticker import make_ticker

if TYPE_CHECKING:
    from wherry.commands.load.engine.line import Line
    from wherry.commands.load.engine.origin import Origin
    from wherry.net.failure import NetFailure

# When the schedule is over, what still waits may be sent for so long, or for the time-out where that is shorter.
_GRACE_S: Final = 5.0
_OPENED_FIRST_S: Final = 0.005
_LATE_NS: Final = 10_000_000


class OpenLoop(Driver):
    """Sends by a schedule."""

    few_dials: ClassVar[int] = 8

    def __init__(self, *given: Any) -> None:
        """As Driver is made."""
        super().__init__(*given)
        self._coming = self.work.arrivals()
        self._sending = self.work.arrivals()
        self._next_ns = next(self._coming, None)
        self._waiting = 0  # arrivals that are due and have not had their turn
        self._held: Job | None = None  # the first of those that had it, where no connection may be opened
        self._ticker = make_ticker(self.loop, self._tick)

    def start(self) -> None:
        self.sweep()
        for _ in range(self._first_connections()):
            self.dial(self.origins.of(self.work.places[0]))
        self._tick()

    def stop(self) -> None:
        self._next_ns = None
        self._drop_unsent()
        self._end_if_over()

    def connected(self, caller: Line) -> None:
        caller.free_ns = perf_counter_ns()
        self.free(caller)

    def unreachable(self, origin: Origin, failure: NetFailure, began_ns: int) -> None:
        if origin.bound:
            job = origin.bound.popleft()
            sent_ns = max(began_ns, job.planned_ns)  # the connection may have been begun for one before
            if job.planned_ns >= self.measured_from and not job.is_sent:
                self._lagged(job, sent_ns)
                self.sending(job, sent_ns)
            self.failed(job, failure, sent_ns, perf_counter_ns())
        self._go_on()

    def halt(self) -> None:
        self._ticker.stop()
        self._next_ns = None
        self._drop_unsent()
        super().halt()

    def all_dialled(self) -> None:
        """Nobody has waited for all of them."""

    def free(self, caller: Line) -> None:
        origin = caller.origin
        if origin.bound:
            self._begin(caller, origin.bound.popleft())
        elif self._held is None:
            origin.idle.append(caller)
        elif self._held.origin is origin:
            job, self._held = self._held, None
            self._begin(caller, job)
        else:
            self.close(caller)  # it stands in the way of one to where it is needed
        self._go_on()

    def gone(self) -> None:
        self._go_on()

    def park(self, caller: Line) -> None:
        self.free(caller)

    def again(self, job: Job) -> None:
        job.origin.bound.appendleft(job)
        self.dial(job.origin)

    def _first_connections(self) -> int:
        """How many are opened before one is needed: none where nobody knows what for."""
        work = self.work
        assert work.schedule is not None
        if len(work.places) > 1 or not work.keepalive:
            return 0
        rate_per_s = (work.warming or work.schedule).rate_at(0) / work.workers
        return min(ceil(rate_per_s * _OPENED_FIRST_S), work.connections, self.few_dials)

    def _tick(self) -> None:
        self._go_on()
        if self._next_ns is not None:
            self._ticker.wake_at(self._next_ns)

    def _go_on(self) -> None:
        """Give their turn to the arrivals that are due, as far as there are connections for them."""
        now_ns = perf_counter_ns()
        while self._next_ns is not None and self._next_ns <= now_ns:
            self._waiting += 1
            self._next_ns = next(self._coming, None)
            if self._next_ns is None:
                grace_s = min(_GRACE_S, self.work.timeout_s)
                self.at(now_ns + round(grace_s * 1e9), self.stop)
        while self._held is not None or self._waiting:
            job = self._held or self._take()
            self._held = None
            if (caller := job.origin.take_idle()) is not None:
                self._begin(caller, job)
            elif len(self.callers) + len(self.dials) < self.work.connections:
                job.origin.bound.append(job)
                self.dial(job.origin)
            else:
                self._held = job
                break
        self._end_if_over()

    def _take(self) -> Job:
        self._waiting -= 1
        self.under_way += 1
        prepared = self.source.next()
        return Job(prepared, self.origins.of(prepared.origin), next(self._sending))

    def _begin(self, caller: Line, job: Job) -> None:
        now_ns = perf_counter_ns()
        if job.planned_ns >= self.measured_from and not job.is_sent and self._lagged(job, now_ns):
            self.own_fault += caller.free_ns <= job.planned_ns
        self.begin(caller, job, now_ns)

    def _lagged(self, job: Job, sent_ns: int) -> bool:
        """Count how long after its time a request is sent; whether that is late."""
        lag_ns = sent_ns - job.planned_ns
        self.recorder.lags.append(lag_ns // 1000)
        is_late = lag_ns > _LATE_NS
        self.late += is_late
        return is_late

    def _drop_unsent(self) -> None:
        for _ in range(self._waiting):
            self.drop(next(self._sending))
        self._waiting = 0
        bound = self.abandon_dials()
        if self._held is not None:
            bound.append(self._held)
            self._held = None
        for job in bound:
            if job.is_sent:
                self.again(job)  # it has been sent: what becomes of it is to be told
            else:
                self.under_way -= 1
                self.drop(job.planned_ns)

    def _end_if_over(self) -> None:
        if self._next_ns is None and not self._waiting and not self.under_way:
            self._ticker.stop()
            self.finish()
