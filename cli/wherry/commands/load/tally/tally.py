"""The numbers of a run as they grow: parts go in, and what is shown comes out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wherry.commands.load.events import Progress, Stage
    from wherry.commands.load.record import Ended, Limited, Plan, Record
    from wherry.commands.load.tally.part import Part


class Tally:
    """Adds up the parts of all workers. Its memory does not grow with the run.

    ``workers``: how many there are. ``planned_by(t_s)`` is how many requests the schedule wants in the first ``t_s``
    seconds of the measured part, on average where arrivals are random (schedule.Schedule.planned_by); None in a closed
    loop.
    """

    def __init__(self, workers: int, planned_by: Callable[[float], float] | None = None) -> None:
        raise NotImplementedError

    def add(self, worker: int, part: Part) -> None:
        """Add what worker number ``worker`` (from 0) has told."""

    def progress(self, *, elapsed_s: float, stage: Stage, done: float | None = None) -> Progress:
        """How far the run has come; what is not in the parts is given."""
        raise NotImplementedError

    def record(
        self,
        plan: Plan,
        *,
        wherry: str,
        began_s: float,
        ended: Ended,
        name: str = "",
        planned: int | None = None,
        limited: Sequence[Limited] = (),
    ) -> Record:
        """The run so far as a record without gates.

        ``began_s``: when the measured part began, in seconds since 1970. ``planned``: as in record.Counts.
        """
        raise NotImplementedError
