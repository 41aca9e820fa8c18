"""Histograms that grow by what workers tell, and small copies of those that have grown."""

from __future__ import annotations

import zlib
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.core.histogram import Sparse


class Growing:
    """The counters of a histogram that are not zero, by index: small while few values have been seen."""

    __slots__ = ("_counts",)

    def __init__(self, sparse: Iterable[tuple[int, int]] = ()) -> None:
        self._counts = dict(sparse)

    def add(self, sparse: Iterable[tuple[int, int]]) -> None:
        """Add to the counters."""
        counts = self._counts
        for index, count in sparse:
            counts[index] = counts.get(index, 0) + count

    def sparse(self) -> Sparse:
        """All of them, the lowest index first."""
        return sorted(self._counts.items())


def pack(sparse: Sparse) -> bytes:
    """The same in some 3 bytes a counter instead of 150."""
    indexes = array("H", [index for index, _ in sparse])
    counts = array("Q", [count for _, count in sparse])
    return zlib.compress(len(indexes).to_bytes(2, "big") + indexes.tobytes() + counts.tobytes(), 1)


def unpack(packed: bytes) -> Sparse:
    """What was packed, by this process."""
    data = zlib.decompress(packed)
    length = int.from_bytes(data[:2], "big")
    indexes, counts = array("H"), array("Q")
    indexes.frombytes(data[2 : 2 + 2 * length])
    counts.frombytes(data[2 + 2 * length :])
    return list(zip(indexes, counts, strict=True))
