"""What `--rate` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction


class RateError(ValueError):
    """A text that is no rate; the message says what one looks like."""


class Stretch(NamedTuple):
    """A rate (per second) that goes evenly from ``begin`` to ``end`` in ``for_s`` seconds; None: all of the run."""

    begin: Fraction
    end: Fraction
    for_s: Fraction | None = None


class Rate(NamedTuple):
    """Stretches, one after the other. ``text`` is as it was written, for the plan and for people."""

    text: str
    stretches: tuple[Stretch, ...]

    @property
    def duration_s(self) -> float | None:
        """How long the stages last together; None where the run's duration is given elsewhere."""
        raise NotImplementedError


def parse_rate(text: str) -> Rate:
    """``500/s``, ``1500/m``, ``500`` (per second); ``100/s:1000/s``, a ramp over all of the run; ``30s@50/s,1m@200/s``,
    stages, each of which may be a ramp: ``30s@50/s:200/s``.

    Raises RateError for all else, for a rate that is nothing all the time, and beyond 10 million a second.
    """
    raise NotImplementedError
