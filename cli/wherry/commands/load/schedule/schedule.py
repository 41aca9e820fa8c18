"""The moment of each arrival, in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.schedule.rate import Rate


class Schedule:
    """All arrivals of a run: those of ``rate`` in ``duration_s`` seconds, at most ``requests``.

    The rate's own stages give the duration where it has some; ``duration_s`` must be None then. A ramp without stages
    needs ``duration_s``, or ``requests``, from which it follows. Constant arrivals: arrival i (from 0) comes when the
    integral of the rate reaches i, the first one at once. Poisson: when it reaches the sum of i + 1 exponential
    variates, the same for the same ``seed``, however many workers there are. Raises RateError.
    """

    def __init__(
        self,
        rate: Rate,
        *,
        duration_s: float | None = None,
        requests: int | None = None,
        arrivals: Literal["constant", "poisson"] = "constant",
        seed: int = 0,
    ) -> None:
        raise NotImplementedError

    @property
    def duration_s(self) -> float | None:
        """When the last stretch ends; None where only ``requests``, or nothing, ends it."""
        raise NotImplementedError

    @property
    def count(self) -> int | None:
        """How many arrivals there are with constant ones, and how many are expected of random ones; None: no end."""
        raise NotImplementedError

    def arrivals(self, worker: int = 0, workers: int = 1) -> Iterator[int]:
        """The moments (ns after the begin) at which worker number ``worker`` of ``workers`` sends.

        They are every ``workers``-th of all, so that all workers together send each arrival once. One step costs the
        same wherever it is; nothing is kept. It ends when the schedule does.
        """
        raise NotImplementedError

    def rate_at(self, t_s: float) -> float:
        """The rate (per second) wanted ``t_s`` after the begin; 0 before it and after the end."""
        raise NotImplementedError

    def planned_by(self, t_s: float) -> float:
        """How many arrivals the rate wants in the first ``t_s`` seconds: its integral, bounded by ``requests``."""
        raise NotImplementedError
