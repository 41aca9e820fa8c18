"""How long to wait before the next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def full_jitter(attempt: int, *, base_s: float, cap_s: float, random: Callable[[], float]) -> float:
    """Seconds before attempt ``attempt + 1``: uniform in [0, min(cap, base * 2**(attempt - 1))].

    ``attempt`` counts from 1. ``random`` returns a number in [0, 1). Source: "Exponential Backoff And Jitter",
    AWS Architecture Blog, 2015: of the variants, full jitter finishes contended work with the fewest calls.
    """
    ceiling = min(cap_s, base_s * 2.0 ** min(attempt - 1, 60))
    return random() * ceiling


def growing(attempt: int, *, base_s: float, cap_s: float, random: Callable[[], float]) -> float:
    """Seconds between polls: grows by half each time from ``base_s`` to ``cap_s``, with ten per cent of jitter.

    For polling one's own service, where full jitter's zero waits would hammer it. ``attempt`` counts from 1.
    """
    step = min(cap_s, base_s * 1.5 ** min(attempt - 1, 60))
    return step * (0.9 + 0.2 * random())
