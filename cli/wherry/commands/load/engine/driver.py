"""What closed and open loop have in common: connections, time-outs, counting, and the end."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, ClassVar, Final

from wherry.commands.load.engine.caller import MOST_KEPT, Caller, KeepingCaller
from wherry.commands.load.engine.dials import FEW, Dials
from wherry.commands.load.engine.redirects import Way
from wherry.commands.load.expectation import Unexpected
from wherry.commands.load.record import ErrorClass
from wherry.core.quantity import format_size
from wherry.core.redirect import RedirectError, is_redirect
from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.load.engine.job import Job
    from wherry.commands.load.engine.line import Line
    from wherry.commands.load.engine.origin import Origin, Origins
    from wherry.commands.load.engine.recorder import Recorder
    from wherry.commands.load.engine.rowing import Rows
    from wherry.commands.load.engine.stream_caller import StreamCaller
    from wherry.commands.load.engine.work import Work
    from wherry.commands.load.expectation import Expectation
    from wherry.commands.load.targets.prepared import Source

# A time-out may come this much late; looking whom it has come for costs 0.1 µs a connection.
_LATE_NS: Final = 5_000_000
# Of so many answers one tells its phases.
_SAMPLED: Final = 16
_EARLY_S: Final = 0.0005
_KINDS: Final = {
    Reason.DNS: ErrorClass.DNS,
    Reason.REFUSED: ErrorClass.CONNECT,
    Reason.UNREACHABLE: ErrorClass.CONNECT,
    Reason.TIMEOUT: ErrorClass.TIMEOUT,
    Reason.RESET: ErrorClass.RESET,
    Reason.CLOSED: ErrorClass.CLOSED,
    Reason.TLS: ErrorClass.TLS,
    Reason.PROTOCOL: ErrorClass.PROTOCOL,
    Reason.PROXY: ErrorClass.PROXY,
}


class Driver(ABC):
    """One worker's share of the run, from its begin to its end, which ``done`` is told of.

    ``own_fault``: requests that were sent late although a connection was free. The other counters are those of
    tally.part.Part since the last one was taken. Requests that wait for a connection to be opened are in their origin's
    ``bound``, one for each that is.
    """

    few_dials: ClassVar[int] = FEW

    def __init__(
        self,
        work: Work,
        source: Source,
        origins: Origins,
        recorder: Recorder,
        expectation: Expectation,
        rows: Rows | None,
        done: Callable[[], None],
    ) -> None:
        self.work = work
        self.source = source
        self.origins = origins
        self.recorder = recorder
        self.expectation = expectation
        self.rows = rows
        self.done = done
        self.loop = asyncio.get_running_loop()
        self.callers: set[Line] = set()
        self.measured_from = work.measured_from_ns
        self.under_way = 0  # requests that had their turn and have not ended
        self.own_fault = 0
        self.ended = False
        self.wire_out = self.connections = self.reused = self.retried = 0
        self.warmup = self.cut = self.late = self.dropped = 0
        self.first_ns = self.last_ns = 0
        self._keeps = expectation.head or expectation.timed or work.follow
        self._to_sample = 1
        self._timeout_ns = round(work.timeout_s * 1e9)
        self.dials = Dials(self._dial, self.all_dialled, self.few_dials)
        self._timers: set[asyncio.TimerHandle] = set()

    # What the two loops decide

    @abstractmethod
    def start(self) -> None:
        """Begin to send."""

    @abstractmethod
    def stop(self) -> None:
        """Send nothing more; answers under way are waited for."""

    @abstractmethod
    def connected(self, caller: Line) -> None:
        """A connection was opened."""

    @abstractmethod
    def unreachable(self, origin: Origin, failure: NetFailure, began_ns: int) -> None:
        """No connection could be opened."""

    @abstractmethod
    def all_dialled(self) -> None:
        """No more connections are being opened for now."""

    @abstractmethod
    def free(self, caller: Line) -> None:
        """The request of a connection has ended, and it can carry another."""

    @abstractmethod
    def gone(self) -> None:
        """The request of a connection has ended, and the connection with it."""

    @abstractmethod
    def park(self, caller: Line) -> None:
        """A connection is free whose request goes on elsewhere."""

    @abstractmethod
    def again(self, job: Job) -> None:
        """A request is to be sent once more."""

    # What callers tell

    def answered(self, caller: Line, job: Job, now_ns: int) -> None:
        """A whole answer has come."""
        self._to_sample -= 1
        if not self._to_sample:
            self._to_sample = _SAMPLED
            if job.planned_ns >= self.measured_from:
                self.sample(caller.sent_ns, caller.head_ns, now_ns)
        if self.work.follow and self._follow(caller, job, now_ns):
            return
        kind, words = self._unexpected(caller, now_ns) or ("", "")
        self.record(job, caller.status, kind, words, caller.sent_ns, now_ns, caller.body_size, caller.wire_size)
        self._let_go(caller)

    def _let_go(self, caller: Line) -> None:
        if caller.reusable and self.work.keepalive:
            self.free(caller)
        else:
            self.close(caller)
            self.gone()

    def _unexpected(self, caller: Line, now_ns: int) -> Unexpected | None:
        expectation = self.expectation
        body = caller.body if expectation.body else b""
        if body is None:
            return Unexpected(ErrorClass.EXPECT, f"the body is longer than {format_size(MOST_KEPT)}: not looked at")
        return expectation.unexpected(caller.status, caller.fields, body, (now_ns - caller.sent_ns) / 1e9)

    def _follow(self, caller: Line, job: Job, now_ns: int) -> bool:
        """Whether the answer was a redirect, and its request goes on."""
        location = next((value for name, value in caller.fields if name.lower() == "location"), None)
        if not is_redirect(caller.status, location):
            return False
        try:
            if job.way is None:
                job.way = Way(job.prepared, self.origins.network)
            job.way.follow(caller.status, location)
        except RedirectError as exc:
            self.record(
                job, caller.status, ErrorClass.PROTOCOL, exc.message, caller.sent_ns, now_ns, caller.body_size,
                caller.wire_size,
            )  # fmt: skip
            self._let_go(caller)
            return True
        job.is_sent = True
        job.prepared = job.way.prepared
        job.origin = self.origins.of(job.prepared.origin)
        if not (caller.reusable and self.work.keepalive):
            self.close(caller)
        elif job.origin is caller.origin:
            self.begin(caller, job, now_ns)
            return True
        else:
            self.park(caller)
        self.again(job)
        return True

    def broke(self, caller: Line, job: Job, failure: NetFailure, now_ns: int) -> None:
        """The request under way has failed, and its connection with it."""
        self.close(caller)
        if caller.outdated and job.prepared.idempotent and not job.retried and not self.ended:
            # RFC 9112 section 9.3.1: the server closed a kept connection as we used it, and answered nothing.
            job.retried = job.is_sent = True
            self.retried += 1
            self.again(job)
            return
        self.failed(job, failure, caller.sent_ns, now_ns)
        self.gone()

    # Counting

    def begin(self, caller: Line, job: Job, now_ns: int) -> None:
        """Send a request."""
        if job.planned_ns >= self.measured_from and not job.is_sent:
            self.sending(job, now_ns)
            if caller.served:
                self.reused += 1
        if job.planned_ns >= self.measured_from:
            self.wire_out += len(job.prepared.data)
        caller.begin(job, now_ns)

    def sending(self, job: Job, now_ns: int) -> None:
        """A request that counts is sent, or would be if there were a connection."""
        self.recorder.sending(job.prepared.number)
        if not self.first_ns:
            self.first_ns = now_ns

    def sample(self, sent_ns: int, head_ns: int, now_ns: int) -> None:
        """Keep the phases of one answer; one that came in one piece has no head of its own."""
        first_ns = head_ns if head_ns > sent_ns else now_ns
        self.recorder.phase(Phase.FIRST_BYTE, (first_ns - sent_ns) / 1e9)
        self.recorder.phase(Phase.TRANSFER, (now_ns - first_ns) / 1e9)

    def take(self) -> dict[str, Any]:
        """The fields of a Part that tell what happened since the last time."""
        told = self.recorder.take() | {
            "first_s": (self.first_ns - self.work.measured_from_ns) / 1e9 if self.first_ns else None,
            "last_s": (self.last_ns - self.work.measured_from_ns) / 1e9 if self.last_ns else None,
            "cut": self.cut,
            "late": self.late,
            "dropped": self.dropped,
            "warmup": self.warmup,
            "connections": self.connections,
            "reused": self.reused,
            "retried": self.retried,
            "open_connections": len(self.callers),
            "wire_out": self.wire_out,
        }
        self._count_anew()
        if self.rows is not None:
            self.rows.flush()
        return told

    def _count_anew(self) -> None:
        self.wire_out = self.connections = self.reused = self.retried = 0
        self.warmup = self.cut = self.late = self.dropped = 0
        self.first_ns = self.last_ns = 0

    def failed(self, job: Job, failure: NetFailure, sent_ns: int, now_ns: int) -> None:
        """A request has ended without a whole answer."""
        self.record(job, 0, _KINDS[failure.reason], failure.message, sent_ns, now_ns)

    def record(
        self, job: Job, status: int, kind: str, words: str, sent_ns: int, now_ns: int, body: int = 0, wire: int = 0
    ) -> None:
        """A request has ended."""
        self.under_way -= 1
        planned_ns = job.planned_ns
        if planned_ns < self.measured_from:
            self.warmup += 1
            return
        outcome = self.recorder.outcome(job.prepared.number, status, kind, words)
        outcome.add((now_ns - planned_ns) // 1000)
        if self.work.schedule is not None:
            outcome.services.append((now_ns - sent_ns) // 1000)
        outcome.body += body
        outcome.wire += wire
        self.last_ns = now_ns
        if self.rows is not None:
            self.rows.add(job.prepared, planned_ns, sent_ns, now_ns, status, body, kind, words)

    # Connections

    def caller(self, origin: Origin) -> Caller:
        """What works a connection to ``origin``."""
        return KeepingCaller(self, origin) if self._keeps else Caller(self, origin)

    def stream_caller(self, origin: Origin) -> StreamCaller:
        """The same in HTTP/2."""
        from wherry.commands.load.engine.stream_caller import StreamCaller

        return StreamCaller(self, origin, keeps=self._keeps)

    def dial(self, origin: Origin) -> None:
        """Open a connection, as soon as not too many others are being opened."""
        self.dials.add(origin)

    async def _dial(self, origin: Origin) -> bool:
        began_ns = perf_counter_ns()
        try:
            caller = await origin.connect(self)
        except NetFailure as failure:
            self.unreachable(origin, failure, began_ns)
            return False
        self.connections += 1
        self.callers.add(caller)
        self.connected(caller)
        return True

    def abandon_dials(self) -> list[Job]:
        """Open no more connections; the requests that waited for them."""
        self.dials.abandon()
        bound = [job for origin in self.origins.known() for job in origin.bound]
        for origin in self.origins.known():
            origin.bound.clear()
        return bound

    def dismissed(self, caller: Line) -> None:
        """The server has closed a connection that was free."""
        self.callers.discard(caller)

    def close(self, caller: Line) -> None:
        """Close a connection; what the server still had to say is of no interest."""
        self.callers.discard(caller)
        caller.abort()

    # Time

    def at(self, when_ns: int, call: Callable[[], None]) -> None:
        """Call then, unless everything has ended before."""

        def due() -> None:
            self._timers.discard(handle)
            call()

        wait_s = max(0, when_ns - perf_counter_ns()) / 1e9
        handle = self.loop.call_later(wait_s + _EARLY_S, due)  # never before: uvloop rounds to milliseconds
        self._timers.add(handle)

    def sweep(self) -> None:
        """End the requests whose time is over, and look again when that of the oldest one left may be."""
        now_ns = oldest = perf_counter_ns()
        begun_by = now_ns - self._timeout_ns
        for caller in list(self.callers):
            if caller.job is not None:
                if caller.sent_ns <= begun_by:
                    caller.expire(self.work.timeout_s)
                elif caller.sent_ns < oldest:
                    oldest = caller.sent_ns
        if not self.ended:
            self.at(max(oldest + self._timeout_ns, perf_counter_ns() + _LATE_NS), self.sweep)

    # The end

    def finish(self) -> None:
        """Everything has ended: close what is open and say so."""
        if self.ended:
            return
        self.ended = True
        for timer in self._timers:
            timer.cancel()
        self.abandon_dials()
        for caller in list(self.callers):
            caller.job = None
            self.close(caller)
        if self.rows is not None:
            self.rows.close()
        self.done()

    def halt(self) -> None:
        """End now. What is under way is cut, what waits is dropped, and both are counted as that."""
        if self.ended:
            return
        for caller in self.callers:
            if caller.job is not None:
                self._cut(caller.job)
        for job in self.abandon_dials():
            if job.is_sent:
                self._cut(job)
            else:
                self.drop(job.planned_ns)
        self.finish()

    def drop(self, planned_ns: int) -> None:
        """A request that was planned is not sent."""
        if self.work.schedule is not None and planned_ns >= self.measured_from:
            self.dropped += 1

    def _cut(self, job: Job) -> None:
        if job.planned_ns < self.measured_from:
            self.warmup += 1
        else:
            self.cut += 1
