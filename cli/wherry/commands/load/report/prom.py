"""Metrics of a run for the textfile collector of Prometheus's node_exporter; docs/load.md names them.

All are gauges, for the next run begins from nothing. With a name of the run all have it as the label ``name``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.record import Ended
from wherry.commands.load.report import words
from wherry.core.exposition import Family, Sample, exposition
from wherry.ui.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wherry.commands.load.record import Distribution, Record

    Number = tuple[float | None, dict[str, str]]

_MICROSECONDS: Final = 1_000_000


def render(record: Record) -> str:
    """The page. What was not measured has no sample, and a family without samples is left out."""
    common = {"name": record.name} if record.name else {}
    families = (_family(f"wherry_load_{name}", text, samples, common) for name, text, samples in _numbers(record))
    return exposition(family for family in families if family.samples)


def _numbers(of: Record) -> Iterator[tuple[str, str, Iterable[Number]]]:
    counts, read, scheduled = of.counts, words.read(of.plan), of.plan.mode == "open"
    outcomes = {"answered": counts.answered, "failed": counts.failed}
    outcomes |= {} if read else {"cut": counts.cut}
    outcomes |= {"dropped": counts.dropped} if scheduled and not read else {}
    yield "requests", "Requests by what became of them", [(n, {"outcome": name}) for name, n in outcomes.items()]
    yield (
        "late_requests",
        "Requests sent more than 10 ms after they were due",
        [(counts.late if scheduled else None, {})],
    )
    yield "target_requests_per_second", "The rate that the schedule wanted", [(of.target_per_s, {})]
    yield "requests_per_second", "The rate at which requests were sent", [(of.achieved_per_s, {})]
    yield "answers_per_second", "The rate at which requests were answered as expected", [(of.throughput_per_s, {})]
    yield "error_ratio", "Failed requests among those that ended, 0 to 1", [(of.error_rate, {})]
    yield "latency_seconds", "From when a request was due, or was sent in a closed loop, to its end", _times(of.latency)
    yield "service_seconds", "From when a request was sent to its end", _times(of.service)
    yield "lag_seconds", "From when a request was due to when it was sent", _times(of.lag)
    yield "responses", "Whole answers by status", [(n, {"code": code}) for code, n in of.statuses.items()]
    yield "failures", "Failed requests by class", _failures(of)
    yield "response_bytes", "Bytes of the bodies of answers", [(of.bytes_in, {})]
    yield "connections", "Connections opened", [(None if read else counts.connections, {})]
    yield "gate_met", "Whether the gate is met: 1 or 0", [(gate.met, {"gate": gate.expression}) for gate in of.gates]
    yield (
        "gate_value",
        "What the gate is about: seconds, per second, 0 to 1, or a count",
        [(gate.value, {"gate": gate.expression}) for gate in of.gates],
    )
    yield "complete", "Whether the run came to its end: 1 or 0", [(of.ended is Ended.COMPLETE, {})]
    yield "duration_seconds", "How long the measured part took", [(of.elapsed_s, {})]
    ended_s = round(of.began_s + of.elapsed_s, 3)
    yield "end_timestamp_seconds", "When the measured part ended, in seconds since 1970", [(ended_s, {})]


def _times(of: Distribution | None) -> list[Number]:
    if of is None or not of.count:
        return []
    quantiles = {"0": of.min_us, **{_quantile(name): us for name, us in of.percentiles.items()}, "1": of.max_us}
    return [(None if us is None else us / _MICROSECONDS, {"quantile": name}) for name, us in quantiles.items()]


def _quantile(percentile: str) -> str:
    """``0.999`` of ``99.9``, without what floats make of it."""
    from decimal import Decimal

    return f"{(Decimal(percentile) / 100).normalize():f}"


def _failures(of: Record) -> list[Number]:
    classes: dict[str, int] = {}
    for failures in of.failures:
        classes[failures.kind.value] = classes.get(failures.kind.value, 0) + failures.count
    return [(count, {"class": kind}) for kind, count in classes.items()]


def _family(name: str, text: str, samples: Iterable[Number], common: dict[str, str]) -> Family:
    """A page that says a sample twice would be refused, so of equal labels the last counts."""
    kept: dict[tuple[tuple[str, str], ...], float] = {}
    for value, labels in samples:
        if value is not None:
            kept[tuple((key, one_line(label)) for key, label in (common | labels).items())] = value
    return Family(name, "gauge", text, tuple(Sample(value, dict(labels)) for labels, value in kept.items()))
