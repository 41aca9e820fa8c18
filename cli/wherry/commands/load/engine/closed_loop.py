"""The closed loop: so many connections, each sending its next request when the answer to the last has come.

Each connection is worked by a hand. A hand is not lost with its connection: it opens another. When there is nothing
more to send, hands lay down; when the last has, this worker's share is done.

Many connections are opened before the first of them is used: those that send would keep the others from being opened.
"""

from __future__ import annotations

import sys
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.load.engine.caller import SteadyCaller
from wherry.commands.load.engine.driver import Driver
from wherry.commands.load.engine.job import Job

if TYPE_CHECKING:
    import asyncio

    from wherry.commands.load.engine.caller import Caller
    from wherry.commands.load.engine.line import Line
    from wherry.commands.load.engine.origin import Origin
    from wherry.commands.load.engine.recorder import Outcome
    from wherry.net.failure import NetFailure

# After a connection that could not be opened, a hand rests: a server that is not there says so at once.
_PAUSE_S: Final = 0.1
# Connections that take longer than this one after the other are not waited for by those that are open.
_PATIENCE_NS: Final = 250_000_000
_ENDLESS: Final = sys.maxsize
_MEASURED: Final = 1


class ClosedLoop(Driver):
    """``left`` requests may still be sent. ``part`` counts the parts of the run: the warm-up, what is measured, the
    end; so that a request which had its turn in one and its connection in the next is noticed.

    Where one request is sent again and again, ``steady`` stands for each that a SteadyCaller sends of its own accord,
    ``data`` are its bytes, and ``good`` has the outcomes of good answers by status; all in the measured part only.
    """

    def __init__(self, *given: Any) -> None:
        """As Driver is made."""
        super().__init__(*given)
        self.left = _ENDLESS
        self.part = 0
        self.measured_from = _ENDLESS
        self.steady: Job | None = None
        self.good: dict[int, Outcome] = {}
        self.data = b""
        self._left_but_for_steady = self.left
        self._steady_sent = 0
        self._hands = self.work.connections
        self._gathered: list[Line] | None = [] if self._hands > self.few_dials else None
        self._resting: dict[asyncio.TimerHandle, Line | None] = {}

    def caller(self, origin: Origin) -> Caller:
        return SteadyCaller(self, origin) if self.work.steady else super().caller(origin)

    def start(self) -> None:
        if perf_counter_ns() < self.work.measured_from_ns:
            self.at(self.work.measured_from_ns, self._measure)
        else:
            self._measure()
        if self.work.end_ns is not None:
            self.at(self.work.end_ns, self.stop)
        self.sweep()
        if self._gathered is not None:
            self._look_whether_all_came(-1)
        for _ in range(self._hands):
            self._go_on()

    def stop(self) -> None:
        self.part += 1
        self._allow(0)
        self._all_rise()
        gathered, self._gathered = self._gathered, None
        for caller in gathered or ():
            self.close(caller)
        for job in self.abandon_dials():
            if job.is_sent:
                self.again(job)  # it has been sent: what becomes of it is to be told
            else:
                self._lay_down()

    def connected(self, caller: Line) -> None:
        if self._gathered is not None:
            self._gathered.append(caller)
        else:
            self._start(caller)

    def all_dialled(self) -> None:
        gathered, self._gathered = self._gathered, None
        for caller in gathered or ():
            if caller.closed:
                self.dial(caller.origin)
            else:
                self._start(caller)

    def _look_whether_all_came(self, before: int) -> None:
        """Where no connection has been opened for a while, begin with those that are."""
        if self._gathered is not None:
            if len(self._gathered) == before:
                self.all_dialled()
            else:
                now = len(self._gathered)
                self.at(perf_counter_ns() + _PATIENCE_NS, lambda: self._look_whether_all_came(now))

    def _start(self, caller: Line) -> None:
        job = caller.origin.bound.popleft()
        if self._has_its_turn(job):
            self._begin(caller, job)
        else:
            self._go_on(caller)

    def unreachable(self, origin: Origin, failure: NetFailure, began_ns: int) -> None:
        job = origin.bound.popleft()
        if self._has_its_turn(job):
            if not job.is_sent:
                job.planned_ns = max(began_ns, self.measured_from) if self.part == _MEASURED else began_ns
                if job.planned_ns >= self.measured_from:
                    self.sending(job, job.planned_ns)
            self.failed(job, failure, began_ns, perf_counter_ns())
        self._rest(_PAUSE_S)

    def answered(self, caller: Line, job: Job, now_ns: int) -> None:
        status = caller.status
        if self.work.steady and self.part == _MEASURED and status < 400 and status not in self.good:
            self.good[status] = self.recorder.outcome(job.prepared.number, status)
            if self.steady is None:
                self.steady = job.copy(_ENDLESS)
                self.data = job.prepared.data
        super().answered(caller, job, now_ns)

    def halt(self) -> None:
        self._see_last()  # its connections are gone when the last part is taken
        super().halt()

    def take(self) -> dict[str, Any]:
        self._see_last()
        self._allow(self.left)
        sent, self._steady_sent = self._steady_sent, 0
        self.recorder.sending(0, sent)
        self.reused += sent
        self.wire_out += sent * len(self.data)
        return super().take()

    def free(self, caller: Line) -> None:
        if self.work.think_s:
            self._rest(self.work.think_s, caller)
        else:
            self._go_on(caller)

    def gone(self) -> None:
        if self.work.think_s:
            self._rest(self.work.think_s)
        else:
            self._go_on()

    def park(self, caller: Line) -> None:
        caller.origin.idle.append(caller)

    def again(self, job: Job) -> None:
        job.origin.bound.appendleft(job)
        self.dial(job.origin)

    def _measure(self) -> None:
        self.part = _MEASURED
        self.measured_from = perf_counter_ns()
        self._allow(_ENDLESS if self.work.requests is None else self.work.requests)

    def _see_last(self) -> None:
        """Find when the last answer came that went the short way: as it did, the next request was sent."""
        if self.steady is not None:
            ends = (caller.sent_ns for caller in self.callers if caller.job is self.steady)
            self.last_ns = max(self.last_ns, max(ends, default=0))

    def _allow(self, left: int) -> None:
        self._steady_sent += self._left_but_for_steady - self.left
        self.left = self._left_but_for_steady = left

    def _go_on(self, caller: Line | None = None) -> None:
        """A hand, perhaps with a free connection, takes the next request or lays down."""
        if self.left > 0:
            self.left -= 1
            self._left_but_for_steady -= 1
            self.under_way += 1
            prepared = self.source.next()
            job = Job(prepared, self.origins.of(prepared.origin), 0, self.part)
            if caller is not None and not caller.closed:
                if job.origin is caller.origin:
                    self._begin(caller, job)
                    return
                caller.origin.idle.append(caller)
            self._send(job)
        else:
            if caller is not None:
                self.close(caller)
            self._all_rise()
            self._lay_down()

    def _send(self, job: Job) -> None:
        if (caller := job.origin.take_idle()) is not None:
            self._begin(caller, job)
        else:
            job.origin.bound.append(job)
            self.dial(job.origin)

    def _begin(self, caller: Line, job: Job) -> None:
        now_ns = perf_counter_ns()
        if not job.is_sent:
            job.planned_ns = now_ns
        self.begin(caller, job, now_ns)

    def _has_its_turn(self, job: Job) -> bool:
        """Whether the request may be sent and count, though its connection took time to open."""
        if job.part == self.part or job.is_sent:
            return True
        if self.left <= 0:
            return False
        job.part = self.part
        self.left -= 1
        self._left_but_for_steady -= 1
        return True

    def _rest(self, seconds: float, caller: Line | None = None) -> None:
        """A hand does nothing for a while, unless there is nothing more to do anyway."""

        def rise() -> None:
            del self._resting[handle]
            self._go_on(caller)

        handle = self.loop.call_later(seconds if self.left > 0 else 0, rise)
        self._resting[handle] = caller

    def _all_rise(self) -> None:
        """There is nothing to send: nobody need rest for it."""
        resting, self._resting = self._resting, {}
        for handle, caller in resting.items():
            handle.cancel()
            if caller is not None:
                self.close(caller)
            self._lay_down()

    def _lay_down(self) -> None:
        self._hands -= 1
        if not self._hands:
            self.finish()
