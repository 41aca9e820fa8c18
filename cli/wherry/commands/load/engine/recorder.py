"""What a worker keeps of the requests that ended, between two of the parts that it tells.

A hot path only appends microseconds to a list: 30 ns, where finding the counter of a histogram takes 150. With each
part the lists are counted, at C's speed, and leave as the counters that have changed.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Any

from wherry.commands.load.record import ErrorClass
from wherry.commands.load.tally.part import KEPT, OTHERS, FailurePart, TargetPart
from wherry.core.histogram import HIGHEST_US, LOWEST_US, SUB_BUCKETS, index_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wherry.core.histogram import Sparse


class Outcome:
    """Requests that ended alike: to one target, with one status, in one way.

    ``latencies`` and ``services`` are microseconds, by request; ``services`` stays empty in a closed loop, where they
    would be the same. ``body`` and ``wire`` are the bytes received for all of them together. ``kind`` and ``words`` are
    those of a failure (record.ErrorClass), empty where it was answered.
    """

    __slots__ = ("add", "body", "kind", "lasting", "latencies", "services", "status", "target", "wire", "words")

    def __init__(self, target: int, status: int, kind: str, words: str) -> None:
        self.target = target
        self.status = status
        self.kind = kind
        self.words = words
        self.lasting = not words or kind == ErrorClass.STATUS
        self.latencies: list[int] = []
        self.services: list[int] = []
        self.add = self.latencies.append
        self.body = 0
        self.wire = 0


class Recorder:
    """Outcomes, sendings, lags and phases since the last part. ``names`` are those of the targets."""

    def __init__(self, names: Sequence[str], *, open_loop: bool) -> None:
        several = len(names) > 1
        others = [OTHERS] if len(names) > KEPT else []
        self._names = [*names[:KEPT], *others] if several else []
        self._open = open_loop
        self._outcomes: dict[tuple[int, int, str, str], Outcome] = {}
        self.sent = [0] * (min(len(names), KEPT) + 1)
        self.lags: list[int] = []
        self.phases: dict[str, list[int]] = {}

    def outcome(self, target: int, status: int, kind: str = "", words: str = "") -> Outcome:
        """The one outcome of such requests; a ``lasting`` one for as long as this worker lives, others until told."""
        key = min(target, KEPT), status, kind, words
        found = self._outcomes.get(key)
        if found is None:
            found = self._outcomes[key] = Outcome(*key)
        return found

    def sending(self, target: int, count: int = 1) -> None:
        """Requests are sent."""
        self.sent[min(target, KEPT)] += count

    def phase(self, name: str, seconds: float) -> None:
        """One sampled duration of a phase (core.trace.Phase)."""
        self.phases.setdefault(name, []).append(round(seconds * 1e6))

    def take(self) -> dict[str, Any]:
        """The fields of a Part that tell what has ended and been sent; and forget it."""
        ended = [outcome for outcome in self._outcomes.values() if outcome.latencies]
        whole = [outcome for outcome in ended if outcome.status]
        good = [outcome for outcome in ended if not outcome.kind]
        bad = [outcome for outcome in ended if outcome.kind]
        statuses: Counter[int] = Counter()
        for outcome in whole:
            statuses[outcome.status] += len(outcome.latencies)
        told = {
            "sent": sum(self.sent),
            "answered": _count(good),
            "failed": _count(bad),
            "bytes_in": sum(outcome.body for outcome in ended),
            "wire_in": sum(outcome.wire for outcome in ended),
            "latency": _latency(ended),
            "successful": _latency(good) if bad else None,
            "service": sparse(chain.from_iterable(outcome.services for outcome in ended)) if self._open else None,
            "lag": sparse(self.lags) if self._open else None,
            "phases": {name: sparse(values) for name, values in self.phases.items()},
            "statuses": dict(statuses),
            "failures": [FailurePart(outcome.kind, outcome.words, len(outcome.latencies)) for outcome in bad],
            "targets": {name: self._target(number) for number, name in enumerate(self._names)},
        }
        self._forget()
        return told

    def _target(self, number: int) -> TargetPart:
        mine = [outcome for outcome in self._outcomes.values() if outcome.target == number]
        bad = _count(outcome for outcome in mine if outcome.kind)
        return TargetPart(sent=self.sent[number], answered=_count(mine) - bad, failed=bad, latency=_latency(mine))

    def _forget(self) -> None:
        """Begin again. Of failures there may be endless many wordings: those go."""
        self._outcomes = {key: outcome for key, outcome in self._outcomes.items() if outcome.lasting}
        for outcome in self._outcomes.values():
            outcome.latencies.clear()
            outcome.services.clear()
            outcome.body = outcome.wire = 0
        self.sent = [0] * len(self.sent)
        self.lags.clear()
        self.phases.clear()


def _count(outcomes: Iterable[Outcome]) -> int:
    return sum(len(outcome.latencies) for outcome in outcomes)


def _latency(outcomes: Iterable[Outcome]) -> Sparse:
    return sparse(chain.from_iterable(outcome.latencies for outcome in outcomes))


def sparse(microseconds: Iterable[int]) -> Sparse:
    """The counters of a histogram that these durations count in."""
    counters: dict[int, int] = {}
    for value, count in Counter(microseconds).items():
        # Most values have a bucket of their own, whose index they are.
        index = value if LOWEST_US <= value < SUB_BUCKETS else index_of(min(max(value, LOWEST_US), HIGHEST_US))
        counters[index] = counters.get(index, 0) + count
    return sorted(counters.items())
