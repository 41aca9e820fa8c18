"""A record of rows that were read: the same numbers as of a run, as far as single requests tell them.

They are wherry's, not vegeta's: a rate is over the time from the first request to the end of the last one (vegeta's
``rate`` ends with the sending of the last one, so 100 requests in a second are 101.01 a second there), and what was
answered is what has no error and a status below 400.
"""

from __future__ import annotations

import heapq
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from wherry.about import VERSION
from wherry.commands.load.engine.recorder import Recorder
from wherry.commands.load.record import Ended, Plan
from wherry.commands.load.tally.part import KEPT, PART_S, Part
from wherry.commands.load.tally.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from wherry.commands.load.record import Record
    from wherry.commands.load.report.rows import Row

_NS: Final = 1_000_000_000
_US: Final = 1000
_PART_NS: Final = round(PART_S * _NS)
_LATE_NS: Final = 10_000_000  # as record.Counts has it
_MOST_TARGETS: Final = 10_000  # that are told apart, so as to say how many there are


class Survey:
    """What must be known of all rows before the first of them is counted. Takes them in any order."""

    def __init__(self) -> None:
        self.attack = ""
        self.behind = False
        self.says_service = True
        self.targets: dict[tuple[str, str], int] = {}

    def of(self, rows: Iterable[tuple[Row, str]]) -> Iterator[Row]:
        """The rows themselves, as they pass."""
        for row, attack in rows:
            self.attack = self.attack or attack
            if row.service_ns is None:
                self.says_service = False
            elif row.service_ns < row.latency_ns:
                self.behind = True
            if len(self.targets) < _MOST_TARGETS:
                self.targets.setdefault((row.method, row.url), len(self.targets))
            yield row

    def plan(self) -> Plan:
        """What is known of how they were sent: only a schedule lets a request be sent later than it was due."""
        return Plan(
            mode="unknown" if not self.says_service else "open" if self.behind else "closed",
            methods=tuple(dict.fromkeys(method for method, _ in self.targets if method)),
            urls=tuple(url for _, url in [*self.targets][:KEPT] if url),
            targets=len(self.targets),
            connections=0,
            jobs=0,
            timeout_s=0.0,
        )


def record_of(rows: Iterable[Row], survey: Survey) -> Record:
    """The record of ``rows``, by ``at_ns``, which are those that ``survey`` has seen; at least one.

    Takes no more memory than the requests that were under way at the same time.
    """
    rows = iter(rows)
    first = next(rows)
    plan = survey.plan()
    tally = Tally(1)
    for part in _Parts(first.at_ns, plan.mode, survey.targets).of(chain([first], rows)):
        tally.add(0, part)
    record = tally.record(plan, wherry=VERSION, began_s=first.at_ns / _NS, ended=Ended.COMPLETE, name=survey.attack)
    return record if plan.mode == "open" else replace(record, lag=None)


class _Parts:
    """Rows by the moment at which they were sent, and at which they ended, in the parts that a worker would tell."""

    def __init__(self, began_ns: int, mode: str, targets: Mapping[tuple[str, str], int]) -> None:
        self._began_ns = began_ns
        self._open = mode == "open"
        self._targets = targets
        # In an unknown loop service time is not the same as latency, it is not there: so as in an open loop.
        names = [f"{method} {url}".strip() for method, url in targets]
        self._recorder = Recorder(names, open_loop=mode != "closed")
        self._under_way: list[tuple[int, int, Row, int]] = []
        self._until_ns = began_ns + _PART_NS
        self._first_ns: int | None = None
        self._last_ns: int | None = None
        self._late = 0

    def of(self, rows: Iterable[Row]) -> Iterator[Part]:
        """The parts in which something happened, by time."""
        for number, row in enumerate(rows):
            while self._until_ns <= row.at_ns:
                yield from self._part()
                self._until_ns = self._next(row.at_ns)
            target = self._targets.get((row.method, row.url), KEPT)
            self._send(row, target)
            ended_ns = row.at_ns + row.latency_ns
            if ended_ns < self._until_ns:
                self._end(row, target, ended_ns)
            else:
                heapq.heappush(self._under_way, (ended_ns, number, row, target))
        while self._under_way or self._first_ns is not None:
            yield from self._part()
            if self._under_way:
                self._until_ns = self._next(self._under_way[0][0])

    def _next(self, at_ns: int) -> int:
        """The end of the next part that something happens in, which is not after ``at_ns``'s."""
        if self._under_way:
            at_ns = min(at_ns, self._under_way[0][0])
        return at_ns - (at_ns - self._began_ns) % _PART_NS + _PART_NS

    def _part(self) -> Iterator[Part]:
        """What has happened since the last one; nothing where nothing has."""
        while self._under_way and self._under_way[0][0] < self._until_ns:
            ended_ns, _, row, target = heapq.heappop(self._under_way)
            self._end(row, target, ended_ns)
        if self._first_ns is None and self._last_ns is None:
            return
        yield Part(
            until_s=self._since_begin(self._until_ns),
            for_s=PART_S,
            first_s=None if self._first_ns is None else self._since_begin(self._first_ns),
            last_s=None if self._last_ns is None else self._since_begin(self._last_ns),
            late=self._late,
            **self._recorder.take(),
        )
        self._first_ns = self._last_ns = None
        self._late = 0

    def _send(self, row: Row, target: int) -> None:
        if self._first_ns is None:
            self._first_ns = row.at_ns
        self._recorder.sending(target)
        if self._open:
            lag_ns = max(row.latency_ns - (row.service_ns or 0), 0)
            self._recorder.lags.append(lag_ns // _US)
            self._late += lag_ns > _LATE_NS

    def _end(self, row: Row, target: int, ended_ns: int) -> None:
        if self._last_ns is None or ended_ns > self._last_ns:
            self._last_ns = ended_ns
        words = (row.error or (f"HTTP {row.code}" if row.code else row.kind)) if row.kind else ""
        outcome = self._recorder.outcome(target, row.code, row.kind, words)
        outcome.add(row.latency_ns // _US)
        if self._open:
            outcome.services.append((row.service_ns or 0) // _US)
        outcome.body += row.bytes_in

    def _since_begin(self, at_ns: int) -> float:
        return (at_ns - self._began_ns) / _NS
