"""Which of several targets comes next: each in its turn, or by chance as weights have it."""

from __future__ import annotations

import random
from bisect import bisect_right
from itertools import count
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator


class Order(Protocol):
    """The order of a run's requests. It can be pickled."""

    def positions(self, worker: int, workers: int) -> Iterator[int]:
        """The positions of the targets that worker number ``worker`` of ``workers`` sends, without end: every
        ``workers``-th of all, so that the order of a run does not depend on how many send it.
        """


class InTurn:
    """One after the other, and from the beginning again, as vegeta has it."""

    def __init__(self, targets: int) -> None:
        self._targets = targets

    def positions(self, worker: int, workers: int) -> Iterator[int]:
        targets = self._targets
        return (number % targets for number in count(worker, workers))


class ByWeight:
    """Each by chance, as often as its weight is a part of all; the same for the same ``seed``."""

    def __init__(self, sums: array[float], seed: int) -> None:
        """``sums`` are those of the weights up to each target, itself included; the last is more than 0."""
        self._sums = sums
        self._seed = seed

    def positions(self, worker: int, workers: int) -> Iterator[int]:
        sums = self._sums
        draw = random.Random(self._seed).random  # noqa: S311  nothing is kept secret by it
        total = sums[-1]
        for _ in range(worker):
            draw()
        while True:
            yield bisect_right(sums, draw() * total)
            for _ in range(workers - 1):
                draw()
