"""One worker's share of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.schedule.schedule import Schedule
    from wherry.commands.load.targets.prepared import Origin


class Work(Record):
    """What worker number ``worker`` of ``workers`` does. Times in ns are of perf_counter_ns, which all share.

    ``connections`` is its share of those to be open, in a closed loop, or of the most that may be, in an open one;
    ``requests`` its share of those to be sent in a closed loop, None without a bound. ``schedule`` is that of all
    workers together, None in a closed loop, and ``warming`` the one until ``measured_from_ns``. At ``end_ns`` a closed
    loop stops sending. ``steady``: there is one request, and nothing is wanted of an answer but its status and size.
    ``places`` are all that requests go to.
    """

    worker: int
    workers: int
    connections: int
    requests: int | None
    begin_ns: int
    measured_from_ns: int
    end_ns: int | None
    timeout_s: float
    think_s: float
    keepalive: bool
    http2: bool
    follow: bool
    steady: bool
    places: tuple[Origin, ...]
    schedule: Schedule | None
    warming: Schedule | None

    def arrivals(self) -> Iterator[int]:
        """When this worker is to send, one moment after the other."""
        assert self.schedule is not None
        if self.warming is not None:
            for at_ns in self.warming.arrivals(self.worker, self.workers):
                # A fraction of a second in binary may be a trifle more than was written.
                if self.begin_ns + at_ns < self.measured_from_ns:
                    yield self.begin_ns + at_ns
        for at_ns in self.schedule.arrivals(self.worker, self.workers):
            yield self.measured_from_ns + at_ns
