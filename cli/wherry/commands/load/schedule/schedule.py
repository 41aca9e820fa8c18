"""The moment of each arrival, in closed form."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import count
from math import ceil, inf, log
from typing import TYPE_CHECKING, Literal

from wherry.commands.load.schedule.piece import Piece
from wherry.commands.load.schedule.rate import RateError, Stretch

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
        self._pieces = _pieces(_stretches(rate, duration_s, requests))
        self._requests = requests
        self._random = arrivals == "poisson"
        self._seed = seed

    @property
    def count(self) -> int | None:
        """How many arrivals there are; None where they have no end, or time ends random ones."""
        planned = self._pieces[-1].reached
        if planned is None:
            return self._requests
        if self._random:
            return None
        return ceil(planned) if self._requests is None else min(ceil(planned), self._requests)

    @property
    def duration_s(self) -> float | None:
        """When it is over, in seconds after the begin; on average where that is up to chance. None: it has no end."""
        last = self._pieces[-1]
        if self._requests is not None and (last.reached is None or self._requests < last.reached):
            return self._piece_of(self._requests).ns_of(self._requests) / 1e9
        return None if last.ends is None else float(last.ends)

    def rate_at(self, t_s: float) -> float:
        """The rate (per second) wanted ``t_s`` after the begin; 0 before it and after the end."""
        over_s = self.duration_s
        if t_s < 0 or (over_s is not None and t_s >= over_s):
            return 0.0
        return next(piece.rate_at(t_s) for piece in self._pieces if piece.ends is None or t_s < piece.ends)

    def planned_by(self, t_s: float) -> float:
        """How many arrivals the rate wants in the first ``t_s`` seconds: its integral, bounded by ``requests``."""
        begun = [piece for piece in self._pieces if piece.begins <= t_s]
        planned = begun[-1].planned_by(t_s) if begun else 0.0
        return planned if self._requests is None else min(planned, float(self._requests))

    def arrivals(self, worker: int = 0, workers: int = 1) -> Iterator[int]:
        """The moments (ns after the begin) at which worker number ``worker`` of ``workers`` sends.

        They are every ``workers``-th of all, so that all workers together send each arrival once. One step costs the
        same wherever it is; nothing is kept. It ends when the schedule does.
        """
        if self._random:
            return self._by_chance(worker, workers)
        return self._even(worker, workers)

    def _even(self, worker: int, workers: int) -> Iterator[int]:
        for piece in self._pieces:
            first = ceil(piece.before)
            mine = first + (worker - first) % workers
            stop = self._requests
            if piece.reached is not None:
                stop = ceil(piece.reached) if stop is None else min(stop, ceil(piece.reached))
            yield from piece.moments(count(mine, workers) if stop is None else range(mine, stop, workers))

    def _by_chance(self, worker: int, workers: int) -> Iterator[int]:
        """Each worker draws all variates, for the sum of them is what makes the arrivals the same for any number."""
        chance = random.Random(self._seed).random  # noqa: S311  a schedule is no secret
        pieces = iter([(piece, inf if piece.reached is None else float(piece.reached)) for piece in self._pieces])
        piece, most = next(pieces)
        reached = 0.0
        for number in count() if self._requests is None else range(self._requests):
            reached -= log(1.0 - chance())
            while reached >= most:
                following = next(pieces, None)
                if following is None:
                    return
                piece, most = following
            if number % workers == worker:
                yield piece.ns_of(reached)

    def _piece_of(self, arrivals: int) -> Piece:
        """Where the integral of the rate reaches ``arrivals``."""
        return next(piece for piece in self._pieces if piece.reached is None or arrivals < piece.reached)


def _stretches(rate: Rate, duration_s: float | None, requests: int | None) -> tuple[Stretch, ...]:
    """With their lengths. Raises RateError."""
    if rate.stretches[0].for_s is not None:
        if duration_s is not None:
            raise RateError(f"{rate.text!r} has stages, which say how long the run is; leave the duration out")
        return rate.stretches
    begin, end, _ = rate.stretches[0]
    if duration_s is not None:
        return (Stretch(begin, end, Fraction(repr(duration_s))),)
    if begin != end:
        if requests is None:
            raise RateError(f"{rate.text!r} is a ramp over all of the run; say how long that is")
        return (Stretch(begin, end, 2 * requests / (begin + end)),)
    return rate.stretches


def _pieces(stretches: tuple[Stretch, ...]) -> tuple[Piece, ...]:
    pieces = []
    begins = before = Fraction(0)
    for begin, end, for_s in stretches:
        piece = Piece(begins, None if for_s is None else begins + for_s, begin, end, before)
        pieces.append(piece)
        if piece.ends is not None and piece.reached is not None:
            begins, before = piece.ends, piece.reached
    return tuple(pieces)
