"""What a run was and what it came to, in words and numbers for people; every report has the same."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wherry.commands.load.record import Ended
from wherry.core.quantity import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.record import Distribution, Plan, Record

_NAMED: Final = 3
_READ: Final = "read from single results"
# Of so small a share of late requests nothing is said beside their number.
_LATE: Final = 0.01
_LATE_AFTER: Final = "10ms"  # as record.Counts has it

# The percentiles that people are shown, and of how many values: of fewer, one is the greatest of them by another name.
PERCENTILES: Final = MappingProxyType({"50": 2, "90": 10, "95": 20, "99": 100, "99.9": 1_000, "99.99": 10_000})
# What latency is, by record.Plan.mode.
LATENCY: Final = MappingProxyType(
    {
        "open": "Latency counts from when a request was due, service from when it was sent.",
        "closed": "A closed loop waits for an answer before it sends again, so a server that stalls is asked less "
        "often: this is service time, and not corrected. --rate measures what users see.",
        "unknown": "How these requests were planned is not known. Latency is what the results say, and not corrected.",
    }
)


def asked(plan: Plan) -> str:
    """What was asked for, such as ``GET http://127.0.0.1/`` or ``GET, POST of 3 targets: ...``."""
    urls = ", ".join(plan.urls[:_NAMED])
    more = plan.targets - len(plan.urls[:_NAMED])
    urls += f" and {more:,} more" if urls and more > 0 else ""
    methods = ", ".join(plan.methods)
    if plan.targets > 1:
        return f"{methods} of {count(plan.targets, 'target')}: {urls}".strip(": ")
    return f"{methods} {urls}".strip()


def planned(plan: Plan) -> str:
    """How it was sent, such as ``closed loop: 1,000 requests, 50 connections``."""
    parts = [_READ] if read(plan) else []
    if plan.rate is not None:
        parts.append(f"{plan.rate}, {plan.arrivals or 'constant'} arrivals")
    if plan.requests is not None:
        parts.append(count(plan.requests, "request"))
    if plan.duration_s is not None:
        parts.append(format_duration(plan.duration_s))
    if plan.connections:
        most = "at most " if plan.mode == "open" else ""
        parts.append(most + count(plan.connections, "connection"))
    if plan.jobs > 1:
        parts.append(f"{plan.jobs} processes")
    if plan.http != "1.1":
        parts.append(f"HTTP/{plan.http}")
    if not plan.keepalive:
        parts.append("no connection is kept")
    if plan.redirects:
        parts.append("redirects followed")
    if plan.think_s:
        parts.append(f"{format_duration(plan.think_s)} of thinking between requests")
    if plan.warmup_s:
        parts.append(f"{format_duration(plan.warmup_s)} of warm-up left out")
    loop = "" if plan.mode == "unknown" else f"{plan.mode} loop: "
    return loop + ", ".join(parts)


def read(plan: Plan) -> bool:
    """Whether this was made of single results, which do not say what was never sent, and over which connections."""
    return not plan.jobs


def ended(record: Record) -> str:
    """Why it ended early; empty where it did not."""
    match record.ended:
        case Ended.GATE:
            return f"A gate ended the run after {format_duration(record.elapsed_s)}."
        case Ended.DEADLINE:
            return f"The deadline ended the run after {format_duration(record.elapsed_s)}."
        case Ended.INTERRUPTED:
            return f"The run was interrupted after {format_duration(record.elapsed_s)}."
        case Ended.UNREACHABLE:
            return f"No connection could be made: given up after {format_duration(record.elapsed_s)}."
        case _:
            return ""


def warnings(record: Record) -> Iterator[str]:
    """What a reader must know to not misread the numbers."""
    counts = record.counts
    yield from (limited.words for limited in record.limited)
    if counts.dropped:
        yield f"{count(counts.dropped, 'request')} of the schedule never sent: no percentile knows of them"
    if counts.sent and counts.late / counts.sent >= _LATE:
        late = share(counts.late / counts.sent)
        yield f"{late} of all requests were sent more than {_LATE_AFTER} late; latency counts from when they were due"
    if counts.failed and not counts.answered:
        yield "no request was answered as expected"


def verdict(record: Record) -> str:
    """Such as ``2 of 6 gates are not met``; empty where there is none."""
    total = len(record.gates)
    unmet = sum(not gate.met for gate in record.gates)
    if unmet:
        return (
            f"{unmet} of {total} gates {'is' if unmet == 1 else 'are'} not met" if total > 1 else "the gate is not met"
        )
    return (f"all {total} gates are met" if total > 1 else "the gate is met") if total else ""


def percentiles(of: Distribution) -> list[int | None]:
    """The values (µs) of `PERCENTILES`, None where there are too few for one."""
    return [of.percentiles.get(name) if of.count >= least else None for name, least in PERCENTILES.items()]


def count(number: int, noun: str) -> str:
    """Such as ``1 request`` or ``1,000 requests``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def per_second(rate: float) -> str:
    """Such as ``4,811/s``, ``100.3/s`` or ``0.25/s``."""
    if rate >= 1000:
        return f"{rate:,.0f}/s"
    text = f"{rate:.1f}" if rate >= 10 else f"{float(f'{rate:.3g}'):f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}/s"


def share(of_one: float) -> str:
    """Such as ``99.3%`` or ``0.002%``."""
    return f"{float(f'{of_one * 100:.3g}'):f}".rstrip("0").rstrip(".") + "%"
