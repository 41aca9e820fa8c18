"""Parts as workers tell them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from wherry.commands.load.tally.part import PART_S, Part
from wherry.core.histogram import index_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.core.histogram import Sparse


def sparse(*values: int) -> Sparse:
    """The counters of so many microseconds each."""
    return sorted(Counter(map(index_of, values)).items())


def part(until_s: float, latencies: Iterable[int] = (), **given: Any) -> Part:
    """A part in which requests of these latencies (µs) were sent and answered, and what else is given."""
    values = list(latencies)
    told: dict[str, Any] = {
        "until_s": until_s,
        "for_s": PART_S,
        "sent": len(values),
        "answered": len(values),
        "latency": sparse(*values),
        "first_s": until_s - PART_S if values else None,
        "last_s": until_s if values else None,
    }
    return Part(**told | given)
