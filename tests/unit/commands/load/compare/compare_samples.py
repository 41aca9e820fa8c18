"""Records of runs with the numbers that are compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wherry.commands.load.record import Counts, Distribution, Ended, Plan, Record

if TYPE_CHECKING:
    import random

OLD = "http://127.0.0.1:1/"
NEW = "http://127.0.0.1:2/"


def run_of(
    p50: int, p90: int, p99: int, *, throughput: float, failed: int = 0, ended: Ended = Ended.COMPLETE, **plan: Any
) -> Record:
    """A run of a thousand requests."""
    latency = Distribution(count=1000, percentiles={"50": p50, "90": p90, "99": p99})
    asked: dict[str, Any] = {
        "mode": "closed",
        "methods": ("GET",),
        "urls": (OLD,),
        "targets": 1,
        "connections": 5,
        "jobs": 1,
        "timeout_s": 20.0,
    }
    return Record(
        wherry="1",
        began_s=1e9,
        elapsed_s=1.0,
        ended=ended,
        plan=Plan(**asked | plan),
        counts=Counts(sent=1000, answered=1000 - failed, failed=failed),
        achieved_per_s=1000.0,
        throughput_per_s=throughput,
        latency=latency,
        service=latency,
        successful=latency,
    )


def run_by_chance(chance: random.Random, *, slower: float = 1.0, noise: float = 0.03, failing: float = 0.0) -> Record:
    """A run on a machine whose mood, ``noise``, is that of all its requests; the tail has one of its own besides.

    One run in ten meets a neighbour, and is twice as far off as its mood. ``slower`` multiplies durations.
    """
    mood = chance.gauss(0, noise) * (2 if chance.random() < 0.1 else 1)
    times = [2.718281828 ** (mood + chance.gauss(0, noise * own)) * slower for own in (0.2, 0.4, 1.0, 0.2)]
    failed = sum(chance.random() < failing for _ in range(1000))
    p50, p90, p99 = (round(base * factor) for base, factor in zip((2000, 4000, 9000), times, strict=False))
    return run_of(p50, p90, p99, throughput=500 / times[3], failed=failed)
