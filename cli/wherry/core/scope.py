"""The time one run has."""

from __future__ import annotations

import math

from wherry.core.record import Record


class Scope(Record):
    """One absolute deadline, opened at the edge and obeyed by everything below.

    ``deadline`` is an instant on the event loop's clock in seconds, or None for no bound.
    """

    deadline: float | None = None

    def remaining(self, now: float) -> float:
        """Seconds left at ``now``: never negative, infinite without a deadline."""
        return math.inf if self.deadline is None else max(0.0, self.deadline - now)

    def instant(self, now: float, seconds: float | None) -> float | None:
        """The instant ``seconds`` from ``now``, or the deadline where that is earlier."""
        if seconds is None:
            return self.deadline
        return now + min(seconds, self.remaining(now))
