"""One connection of a worker: it sends what it is given, measures, and asks for more.

No task, future or queue stands between an answer and the next request; the callback that sees the end of one sends the
other.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, ClassVar, Final

from wherry.commands.load.expectation import Unexpected
from wherry.commands.load.record import ErrorClass
from wherry.core.quantity import format_size
from wherry.net.h1.client.connection import ClientConnection

if TYPE_CHECKING:
    from wherry.commands.load.engine.closed_loop import ClosedLoop
    from wherry.commands.load.engine.driver import Driver, Job
    from wherry.commands.load.engine.origin import Origin
    from wherry.commands.load.expectation import Expectation
    from wherry.net.failure import NetFailure

# What is kept of a body for expectations to look at.
_MOST_JUDGED: Final = 16 * 1024 * 1024


class Caller(ClientConnection):
    """``job`` is the request under way, None while the connection is free.

    Times are nanoseconds of perf_counter_ns: ``sent_ns`` of the request under way, ``free_ns`` since when it is free.
    """

    __slots__ = ("driver", "free_ns", "job", "origin", "sent_ns", "served")

    def __init__(self, driver: Driver, origin: Origin) -> None:
        super().__init__()
        self.driver = driver
        self.origin = origin
        self.job: Job | None = None
        self.sent_ns = 0
        self.free_ns = 0
        self.served = 0

    def begin(self, job: Job, now_ns: int) -> None:
        """Send a request."""
        self.job = job
        self.sent_ns = now_ns
        self.served += 1
        self.send(job.prepared.data, head=job.prepared.head)

    def unexpected(self, expectation: Expectation, now_ns: int) -> Unexpected | None:
        """Why the response is not as expected."""
        return expectation.unexpected(self.status)

    def response_ended(self) -> None:
        now = perf_counter_ns()
        job = self.job
        assert job is not None
        self.job = None
        self.free_ns = now
        self.driver.answered(self, job, now)

    def connection_ended(self) -> None:
        self.driver.dismissed(self)

    def response_failed(self, failure: NetFailure) -> None:
        now = perf_counter_ns()
        job = self.job
        assert job is not None
        self.job = None
        self.driver.broke(self, job, failure, now)


class JudgedCaller(Caller):
    """A caller that keeps header fields and body, for expectations that look at them."""

    __slots__ = ("_body", "_fields", "_kept")
    remembers: ClassVar[bool] = False

    def begin(self, job: Job, now_ns: int) -> None:
        self._fields: list[tuple[str, str]] = []
        self._body: list[bytes] = []
        self._kept = 0
        super().begin(job, now_ns)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._head_done:
            self._fields = []  # those before were of an interim response

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._head_done:  # a trailer is no header field
            self._fields.append((name.decode("latin-1"), value.decode("latin-1")))

    def body_received(self, data: bytes) -> None:
        self._kept += len(data)
        if self._kept <= _MOST_JUDGED:
            self._body.append(data)

    def unexpected(self, expectation: Expectation, now_ns: int) -> Unexpected | None:
        if self._kept > _MOST_JUDGED and expectation.body:
            return Unexpected(ErrorClass.EXPECT, f"the body is longer than {format_size(_MOST_JUDGED)}: not looked at")
        seconds = (now_ns - self.sent_ns) / 1e9
        return expectation.unexpected(self.status, self._fields, b"".join(self._body), seconds)


class SteadyCaller(Caller):
    """A caller of a closed loop with one request, which it sends again and again.

    What happens between an answer and the next request is all here, in the fewest steps: this is what the speed of
    `wherry load` is made of. Whatever is out of the ordinary goes the common way.
    """

    __slots__ = ()
    driver: ClosedLoop

    def response_ended(self) -> None:
        driver = self.driver
        outcome = driver.good.get(self.status)
        if outcome is None or not self.reusable or driver.left <= 0 or self.sent_ns < driver.measured_from:
            self._take_job()
            super().response_ended()
            return
        now_ns = perf_counter_ns()
        outcome.add((now_ns - self.sent_ns) // 1000)
        outcome.body += self.body_size
        outcome.wire += self.wire_size
        driver.left -= 1
        self.sent_ns = now_ns
        self.job = driver.steady
        self.send(driver.data)

    def response_failed(self, failure: NetFailure) -> None:
        self._take_job()
        super().response_failed(failure)

    def _take_job(self) -> None:
        """Make a job of its own of the common one that stood for it."""
        steady = self.driver.steady
        if steady is not None and self.job is steady:
            self.job = steady.copy(self.sent_ns)
