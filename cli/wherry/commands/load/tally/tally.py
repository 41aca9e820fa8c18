"""The numbers of a run as they grow: parts go in, and what is shown comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.load.events import Progress
from wherry.commands.load.record import Counts, Ended, ErrorClass, Failures, Record, TargetResult
from wherry.commands.load.tally.distribution import PERCENTILES, distribution
from wherry.commands.load.tally.growing import Growing
from wherry.commands.load.tally.part import KEPT, OTHERS
from wherry.commands.load.tally.recent import Recent
from wherry.commands.load.tally.series import Series
from wherry.core.histogram import Histogram, highest_of, percentiles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.events import Stage
    from wherry.commands.load.record import Distribution, Limited, Plan
    from wherry.commands.load.schedule.schedule import Schedule
    from wherry.commands.load.tally.part import Part, TargetPart

_COUNTED = (
    "sent", "answered", "failed", "cut", "late", "dropped", "warmup", "connections", "reused", "retried",
)  # fmt: skip


class Tally:
    """Adds up the parts of all workers. Its memory does not grow with the run.

    ``workers``: how many there are. ``schedule``: that of an open loop, None in a closed one.
    """

    def __init__(self, workers: int, schedule: Schedule | None = None) -> None:
        self._schedule = schedule
        self._workers = [_Worker() for _ in range(workers)]
        self._counts = dict.fromkeys(_COUNTED, 0)
        self._bytes_in = self._wire_in = self._wire_out = 0
        self._latency, self._service, self._successful, self._lag = Growing(), Growing(), Growing(), Growing()
        self._phases: dict[str, Growing] = {}
        self._statuses: dict[int, int] = {}
        self._failures: dict[tuple[str, str], int] = {}
        self._targets: dict[str, _Target] = {}
        self._series = Series(schedule.planned_by if schedule is not None else None)
        self._recent = Recent()
        self._first_s: float | None = None
        self._last_s: float | None = None
        self._sending_s = 0.0  # when the last part began in which something was sent

    def add(self, worker: int, part: Part) -> None:
        """Add what worker number ``worker`` (from 0) has told."""
        self._workers[worker].open_connections = part.open_connections
        for name in _COUNTED:
            self._counts[name] += getattr(part, name)
        if part.until_s <= 0:
            return
        self._workers[worker].used(part)
        self._bytes_in += part.bytes_in
        self._wire_in += part.wire_in
        self._wire_out += part.wire_out
        if part.first_s is not None:
            self._first_s = part.first_s if self._first_s is None else min(self._first_s, part.first_s)
        if part.last_s is not None:
            self._last_s = part.last_s if self._last_s is None else max(self._last_s, part.last_s)
        if part.sent:
            self._sending_s = max(self._sending_s, part.until_s - part.for_s)
        self._add_durations(part)
        for status, count in part.statuses.items():
            self._statuses[status] = self._statuses.get(status, 0) + count
        for failure in part.failures:
            self._fail(failure.kind, failure.words, failure.count)
        for name, target in part.targets.items():
            kept = name if name in self._targets or len(self._targets) < KEPT else OTHERS
            self._targets.setdefault(kept, _Target()).add(target)
        self._series.add(part, self._open_connections)
        self._recent.add(part)

    def progress(self, *, elapsed_s: float, stage: Stage, done: float | None = None) -> Progress:
        """How far the run has come; what is not in the parts is given. Takes about a millisecond."""
        sparse = self._latency.sparse()
        latency_us = {}
        if sparse:
            values = percentiles_of(sparse, *PERCENTILES.values())
            latency_us = {name: value for name, value in zip(PERCENTILES, values, strict=True) if value is not None}
            latency_us["max"] = highest_of(sparse[-1][0])
        recent = self._recent
        return Progress(
            elapsed_s=elapsed_s,
            stage=stage,
            done=done,
            counts=self._counted(None),
            sent_per_s=recent.sent_per_s,
            answered_per_s=recent.answered_per_s,
            target_per_s=self._schedule.rate_at(recent.until_s) if self._schedule is not None else None,
            open_connections=self._open_connections,
            latency_us=latency_us,
            statuses=self._by_status(),
            failures=self._by_failure(),
            steps=self._series.steps(),
        )

    def record(
        self,
        plan: Plan,
        *,
        wherry: str,
        began_s: float,
        ended: Ended,
        name: str = "",
        limited: Sequence[Limited] = (),
    ) -> Record:
        """The run so far as a record without gates. ``began_s``: when the measured part began, since 1970."""
        elapsed_s = self._elapsed_s()
        counts = self._counted(plan.requests)
        sending_s = self._scheduled_s(elapsed_s, ended)
        ending_s = max(elapsed_s, sending_s)
        return Record(
            wherry=wherry,
            name=name,
            began_s=began_s,
            elapsed_s=elapsed_s,
            ended=ended,
            plan=plan,
            counts=counts,
            target_per_s=self._target_per_s(elapsed_s),
            achieved_per_s=counts.sent / sending_s if sending_s else 0.0,
            throughput_per_s=counts.answered / ending_s if ending_s else 0.0,
            latency=_distribution(self._latency),
            service=_distribution(self._service),
            successful=_distribution(self._successful),
            lag=_distribution(self._lag) if plan.mode == "open" else None,
            phases={name: _distribution(each) for name, each in self._phases.items()},
            statuses=self._by_status(),
            failures=self._by_failure(),
            bytes_in=self._bytes_in,
            wire_in=self._wire_in,
            wire_out=self._wire_out,
            steps=self._series.steps(),
            targets=tuple(target.result(name) for name, target in self._targets.items()),
            cpu=tuple(worker.share for worker in self._workers),
            limited=tuple(limited),
        )

    def _add_durations(self, part: Part) -> None:
        self._latency.add(part.latency)
        self._service.add(part.latency if part.service is None else part.service)
        self._successful.add(part.latency if part.successful is None else part.successful)
        self._lag.add(part.lag or ())
        for name, sparse in part.phases.items():
            self._phases.setdefault(name, Growing()).add(sparse)

    def _fail(self, kind: str, words: str, count: int) -> None:
        key = (kind, words)
        if key not in self._failures and len(self._failures) >= KEPT:
            key = (kind, OTHERS)
        self._failures[key] = self._failures.get(key, 0) + count

    @property
    def _open_connections(self) -> int:
        return sum(worker.open_connections for worker in self._workers)

    def _counted(self, requests: int | None) -> Counts:
        """``requests``: what a closed loop was to send."""
        planned = requests
        if self._schedule is not None:
            # What chance has planned is known once it has come.
            planned = self._schedule.count
            if planned is None:
                planned = self._counts["sent"] + self._counts["dropped"]
        return Counts(planned=planned, **self._counts)

    def _elapsed_s(self) -> float:
        """From the first sending to the last end; where nothing has ended, to the end of the last part."""
        if self._first_s is None:
            return 0.0
        return max((self._recent.until_s if self._last_s is None else self._last_s) - self._first_s, 0.0)

    def _scheduled_s(self, elapsed_s: float, ended: Ended) -> float:
        """How long requests were being sent, or would have been if they had all been in time.

        The answers that were waited for afterwards took nothing from the rate at which an open loop sends, and between
        the last arrival and the end of the schedule there is a pause as before each other one.
        """
        whole_s = self._schedule.duration_s if self._schedule is not None else None
        if whole_s is None or not elapsed_s or ended is not Ended.COMPLETE:
            return elapsed_s
        return max(whole_s, self._sending_s)

    def _target_per_s(self, elapsed_s: float) -> float | None:
        if self._schedule is None:
            return None
        whole_s = self._schedule.duration_s or elapsed_s
        return self._schedule.planned_by(whole_s) / whole_s if whole_s else 0.0

    def _by_status(self) -> dict[str, int]:
        return {str(status): count for status, count in sorted(self._statuses.items())}

    def _by_failure(self) -> tuple[Failures, ...]:
        """The most frequent first, and those that are not told apart last."""
        ordered = sorted(self._failures.items(), key=lambda each: (each[0][1] == OTHERS, -each[1], each[0]))
        return tuple(Failures(kind=ErrorClass(kind), words=words, count=count) for (kind, words), count in ordered)


class _Worker:
    """What its process used while the measured part went on, and how many connections it has open."""

    __slots__ = ("_cpu_s", "_for_s", "open_connections")

    def __init__(self) -> None:
        self.open_connections = 0
        self._cpu_s = self._for_s = 0.0

    def used(self, part: Part) -> None:
        self._cpu_s += part.cpu_s
        self._for_s += part.for_s

    @property
    def share(self) -> float:
        """Of a core."""
        return self._cpu_s / self._for_s if self._for_s else 0.0


class _Target:
    __slots__ = ("_answered", "_failed", "_latency", "_sent")

    def __init__(self) -> None:
        self._sent = self._answered = self._failed = 0
        self._latency = Growing()

    def add(self, part: TargetPart) -> None:
        self._sent += part.sent
        self._answered += part.answered
        self._failed += part.failed
        self._latency.add(part.latency)

    def result(self, name: str) -> TargetResult:
        return TargetResult(
            name=name,
            sent=self._sent,
            answered=self._answered,
            failed=self._failed,
            latency=_distribution(self._latency),
        )


def _distribution(growing: Growing) -> Distribution:
    return distribution(Histogram(growing.sparse()))
