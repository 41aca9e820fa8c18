"""What a run tells those who watch it while it goes on."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

import msgspec

from wherry.commands.load.record import Counts, Failures, Plan, Record, Step

if TYPE_CHECKING:
    from collections.abc import Sequence


class Stage(StrEnum):
    """``WARMING``: what is sent now is left out of the result. ``ENDING``: nothing is sent any more; the answers that
    are still to come are awaited.
    """

    WARMING = "warming"
    MEASURING = "measuring"
    ENDING = "ending"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run has come, about ten times a second.

    ``elapsed_s`` counts from the first request, the warm-up included. ``done`` is the part of the run that is over, 0
    to 1; None where only an interruption ends it. ``counts``, ``statuses`` and ``failures`` are those of the measured
    part so far, ``latency_us`` its percentiles so far by the keys of record.Distribution and ``max``; empty while
    nothing has ended. ``sent_per_s`` and ``answered_per_s`` are of the last second, ``target_per_s`` is what the
    schedule wants now (None in a closed loop). ``steps`` is the series so far, the last step still growing.
    """

    elapsed_s: float
    stage: Stage
    done: float | None = None
    counts: Counts = Counts()
    sent_per_s: float = 0.0
    answered_per_s: float = 0.0
    target_per_s: float | None = None
    open_connections: int = 0
    latency_us: dict[str, int] = {}
    statuses: dict[str, int] = {}
    failures: tuple[Failures, ...] = ()
    steps: tuple[Step, ...] = ()


class Watcher(Protocol):
    """Whoever wants to know: the text, the live view. No method may take long: the run waits for it."""

    def begin(self, plan: Plan) -> None:
        """The run begins."""

    def progress(self, progress: Progress) -> None:
        """The run goes on."""

    def end(self, record: Record) -> None:
        """The run is over, however it ended."""


class Audience:
    """Several watchers as one."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = watchers

    def begin(self, plan: Plan) -> None:
        for watcher in self._watchers:
            watcher.begin(plan)

    def progress(self, progress: Progress) -> None:
        for watcher in self._watchers:
            watcher.progress(progress)

    def end(self, record: Record) -> None:
        for watcher in self._watchers:
            watcher.end(record)
