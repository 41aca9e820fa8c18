"""One connection of a worker: it sends what it is given, measures, and asks for more.

No task, future or queue stands between an answer and the next request; the callback that sees the end of one sends the
other.
"""

from __future__ import annotations

from time import perf_counter_ns
from typing import TYPE_CHECKING, ClassVar, Final

from wherry.net.h1.client.connection import ClientConnection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.engine.closed_loop import ClosedLoop
    from wherry.commands.load.engine.driver import Driver
    from wherry.commands.load.engine.job import Job
    from wherry.commands.load.engine.origin import Origin
    from wherry.net.failure import NetFailure

# What is kept of a body for expectations to look at.
MOST_KEPT: Final = 16 * 1024 * 1024
# Of so many requests of a connection that goes the short way one is sampled: a power of two.
_SAMPLED: Final = 64


class Caller(ClientConnection):
    """A :class:`~wherry.commands.load.engine.line.Line` of HTTP/1.1."""

    __slots__ = ("driver", "free_ns", "head_ns", "job", "origin", "sent_ns", "served")
    fields: Sequence[tuple[str, str]] = ()

    def __init__(self, driver: Driver, origin: Origin) -> None:
        super().__init__()
        self.driver = driver
        self.origin = origin
        self.job: Job | None = None
        self.sent_ns = 0
        self.head_ns = 0
        self.free_ns = 0
        self.served = 0

    @property
    def body(self) -> bytes | None:
        """Nothing: it is not kept."""
        return b""

    def begin(self, job: Job, now_ns: int) -> None:
        """Send a request."""
        self.job = job
        self.sent_ns = now_ns
        self.served += 1
        self.send(job.prepared.data, head=job.prepared.head)

    def expire(self, after_s: float) -> None:
        """The time of the request under way is over."""
        self.time_out(after_s)

    def response_started(self) -> None:
        self.head_ns = perf_counter_ns()

    def response_ended(self) -> None:
        now_ns = perf_counter_ns()
        job = self.job
        assert job is not None
        self.job = None
        self.free_ns = now_ns
        self.driver.answered(self, job, now_ns)

    def response_failed(self, failure: NetFailure) -> None:
        now_ns = perf_counter_ns()
        job = self.job
        assert job is not None
        self.job = None
        self.driver.broke(self, job, failure, now_ns)

    def connection_ended(self) -> None:
        self.driver.dismissed(self)


class KeepingCaller(Caller):
    """A caller that keeps header fields and body, for expectations and redirects."""

    __slots__ = ("_kept", "_pieces", "fields")
    remembers: ClassVar[bool] = False

    def begin(self, job: Job, now_ns: int) -> None:
        self.fields: list[tuple[str, str]] = []
        self._pieces: list[bytes] = []
        self._kept = 0
        super().begin(job, now_ns)

    @property
    def body(self) -> bytes | None:
        """Of the last response, its framing undone; None where it was longer than ``MOST_KEPT``."""
        return b"".join(self._pieces) if self._kept <= MOST_KEPT else None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._head_done:
            self.fields = []  # those before were of an interim response

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._head_done:  # a trailer is no header field
            self.fields.append((name.decode("latin-1"), value.decode("latin-1")))

    def body_received(self, data: bytes) -> None:
        self._kept += len(data)
        if self._kept <= MOST_KEPT:
            self._pieces.append(data)


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
        if (
            outcome is None
            or not self.reusable
            or driver.left <= 0
            or (self.job is not driver.steady and self._counts_otherwise())
        ):
            self._take_job()
            super().response_ended()
            return
        now_ns = perf_counter_ns()
        outcome.add((now_ns - self.sent_ns) // 1000)
        outcome.body += self.body_size
        outcome.wire += self.wire_size
        if not driver.left % _SAMPLED:
            driver.sample(self.sent_ns, self.head_ns, now_ns)
        driver.left -= 1
        self.sent_ns = now_ns
        self.job = driver.steady
        self.send(driver.data)

    def _counts_otherwise(self) -> bool:
        """Whether the request is of the warm-up, or is timed from when it was sent for the first time."""
        job = self.job
        assert job is not None
        return job.is_sent or job.planned_ns < self.driver.measured_from

    def response_failed(self, failure: NetFailure) -> None:
        self._take_job()
        super().response_failed(failure)

    def _take_job(self) -> None:
        """Make a job of its own of the common one that stood for it."""
        steady = self.driver.steady
        if steady is not None and self.job is steady:
            self.job = steady.copy(self.sent_ns)
