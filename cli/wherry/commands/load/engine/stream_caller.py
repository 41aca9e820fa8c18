"""One HTTP/2 connection of a worker, with one request at a time on it, as HTTP/1.1 has it."""

from __future__ import annotations

from functools import lru_cache
from time import perf_counter_ns
from typing import TYPE_CHECKING

from wherry.commands.load.engine.caller import MOST_KEPT
from wherry.commands.load.engine.parts import taken_apart
from wherry.net.h2.client import ClientConnection, ClientStream
from wherry.net.h2.fields import request_fields

if TYPE_CHECKING:
    from wherry.commands.load.engine.driver import Driver
    from wherry.commands.load.engine.job import Job
    from wherry.commands.load.engine.origin import Origin
    from wherry.commands.load.targets.prepared import Prepared
    from wherry.net.failure import NetFailure


class StreamCaller(ClientConnection):
    """A :class:`~wherry.commands.load.engine.line.Line` of HTTP/2. ``keeps``: fields and body are wanted."""

    def __init__(self, driver: Driver, origin: Origin, *, keeps: bool) -> None:
        super().__init__()
        self.driver = driver
        self.origin = origin
        self.job: Job | None = None
        self.sent_ns = self.free_ns = self.head_ns = 0
        self.served = self.status = self.body_size = self.wire_size = 0
        self.reusable = True
        self.outdated = False
        self._keeps = keeps
        self._stream: ClientStream | None = None
        self._pieces: list[bytes] = []

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The header fields of the last response."""
        if self._stream is None or not self._keeps:
            return []
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self._stream.headers]

    @property
    def body(self) -> bytes | None:
        """As KeepingCaller has it."""
        return b"".join(self._pieces) if self.body_size <= MOST_KEPT else None

    def begin(self, job: Job, now_ns: int) -> None:
        """Send a request."""
        self.job = job
        self.sent_ns = now_ns
        self.served += 1
        self.wire_size = 0
        self._pieces = []
        fields, body = _sent(job.prepared)
        self._stream = self.request(fields, body)

    def expire(self, after_s: float) -> None:
        """The time of the request under way is over."""
        assert self._stream is not None
        self.time_out(self._stream, after_s)

    def data_received(self, data: bytes) -> None:
        self.wire_size += len(data)
        super().data_received(data)

    def response_started(self, stream: ClientStream) -> None:
        self.head_ns = perf_counter_ns()

    def body_received(self, stream: ClientStream, data: bytes) -> None:
        if self._keeps and stream.body_size <= MOST_KEPT:
            self._pieces.append(data)

    def response_ended(self, stream: ClientStream) -> None:
        now_ns = self.free_ns = perf_counter_ns()
        job, self.job = self.job, None
        assert job is not None
        self.status, self.body_size = stream.status, stream.body_size
        self.reusable = self.free > 0
        self.driver.answered(self, job, now_ns)

    def response_failed(self, stream: ClientStream, failure: NetFailure) -> None:
        now_ns = perf_counter_ns()
        job, self.job = self.job, None
        assert job is not None
        self.outdated = stream.outdated or stream.unseen
        self.driver.broke(self, job, failure, now_ns)

    def connection_ended(self) -> None:
        self.driver.dismissed(self)


@lru_cache(maxsize=64)
def _sent(prepared: Prepared) -> tuple[list[tuple[bytes, bytes]], bytes]:
    parts = taken_apart(prepared)
    scheme = "https" if prepared.origin.tls else "http"
    return request_fields(parts.method, scheme, prepared.origin.host, parts.target, parts.headers), parts.body
