"""What a record says of the subject of a gate. A value that is not there has words for why."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from wherry.commands.load.gates.subject import DISTRIBUTIONS, OF_A_SCHEDULE, PHASES, Kind, number
from wherry.commands.load.record import Counts
from wherry.core import hdr
from wherry.core.suggest import did_you_mean

if TYPE_CHECKING:
    from wherry.commands.load.gates.gate import Gate
    from wherry.commands.load.gates.subject import Subject
    from wherry.commands.load.record import Distribution, Record

_MICROSECONDS: Final = 1_000_000
_NO_SCHEDULE: Final = "a closed loop has no schedule"
_NOT_SAID: Final = "the results that were read do not say"
_NOTHING_ENDED: Final = "no request ended"
# What only the one who sent the requests knows.
_OF_THE_SENDER: Final = frozenset({"cut", "connections", "reused", "retried", "dropped"})


class Found(NamedTuple):
    """A value as gates.subject.Kind has it, or None and why."""

    value: Fraction | None
    words: str = ""


def find(gate: Gate, record: Record) -> Found:
    """The value that ``gate`` is about."""
    name = gate.subject.name
    if gate.subject.target is not None:
        return _of_target(gate, record)
    if name in OF_A_SCHEDULE and record.plan.mode == "closed":
        return Found(None, _NO_SCHEDULE)
    unsaid = _OF_THE_SENDER | OF_A_SCHEDULE | {"service"} if record.plan.mode == "unknown" else _OF_THE_SENDER
    if not record.plan.jobs and name in unsaid:
        return Found(None, _NOT_SAID)
    if name in DISTRIBUTIONS:
        return _of_distribution(gate.subject, _distribution(name, record))
    return _of_counts(gate, record.counts, record)


def _of_target(gate: Gate, record: Record) -> Found:
    name = gate.subject.target or ""
    target = next((target for target in record.targets if target.name == name), None)
    if target is None:
        names = [target.name for target in record.targets]
        return Found(None, f"there is no such target{did_you_mean(name, names)}")
    if gate.subject.name == "latency":
        return _of_distribution(gate.subject, target.latency)
    return _of_counts(gate, Counts(sent=target.sent, answered=target.answered, failed=target.failed), record)


def _distribution(name: str, record: Record) -> Distribution | None:
    if name in PHASES:
        # A record's keys are words of people; those of a gate have no space.
        return record.phases.get(PHASES[name]) or record.phases.get(name)
    found: Distribution | None = getattr(record, name)
    return found


def _of_distribution(subject: Subject, of: Distribution | None) -> Found:
    if of is None or not of.count:
        words = {"successful": "no request was answered"} | dict.fromkeys(PHASES, f"no {subject.name} was measured")
        return Found(None, words.get(subject.name, _NOTHING_ENDED))
    if subject.part == "avg":
        return Found(_seconds(of.mean_us))
    percentile = {"min": 0.0, "med": 50.0, "max": 100.0}.get(subject.part, subject.percentile)
    if percentile == 0:
        return Found(_seconds(of.min_us))
    if percentile == 100:
        return Found(_seconds(of.max_us))
    known = of.percentiles.get(number(percentile or 0.0))
    return Found(_seconds(known if known is not None else hdr.decode(of.hdr).percentile(percentile or 0.0)))


def _seconds(us: float | None) -> Fraction | None:
    return None if us is None else _exactly(us) / _MICROSECONDS


def _of_counts(gate: Gate, counts: Counts, record: Record) -> Found:
    """``counts`` are those of all targets or of one."""
    name = gate.subject.name
    ended = counts.answered + counts.failed
    match name:
        case "throughput" | "rate":
            return _rate(name, counts, record)
        case "error_rate" | "success_rate":
            return _share(counts.failed if name == "error_rate" else counts.answered, ended)
        case "answered" | "errors" | "status":
            count = counts.answered if name == "answered" else _failures(gate.subject, counts, record)
            if gate.kind is Kind.SHARE:
                return _share(count, ended)
            return Found(Fraction(count) if ended else None, _NOTHING_ENDED)
        case "late" | "dropped":
            count, of = (counts.late, counts.sent) if name == "late" else (counts.dropped, counts.sent + counts.dropped)
            return _share(count, of) if gate.kind is Kind.SHARE else Found(Fraction(count))
        case "requests":
            return Found(Fraction(counts.sent))
        case _:
            return Found(Fraction(getattr(counts, name)))


def _rate(name: str, counts: Counts, record: Record) -> Found:
    count, known = (counts.answered, counts.answered + counts.failed) if name == "throughput" else (counts.sent,) * 2
    if not known or record.elapsed_s <= 0:
        return Found(None, _NOTHING_ENDED if name == "throughput" else "no request was sent")
    if counts is not record.counts:
        return Found(count / _exactly(record.elapsed_s))
    return Found(_exactly(record.throughput_per_s if name == "throughput" else record.achieved_per_s))


def _failures(subject: Subject, counts: Counts, record: Record) -> int:
    if subject.name == "status":
        pattern = subject.part.replace("xx", "")
        return sum(count for code, count in record.statuses.items() if code.startswith(pattern))
    if not subject.part:
        return counts.failed
    return sum(failures.count for failures in record.failures if failures.kind == subject.part)


def _exactly(value: float) -> Fraction:
    """The decimal number that stands in the record's JSON, so that a limit written alike is equal to it."""
    return Fraction(repr(value))


def _share(count: int, of: int) -> Found:
    return Found(Fraction(count, of) if of else None, _NOTHING_ENDED)
