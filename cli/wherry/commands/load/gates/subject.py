"""What a gate may be about: the names, and how one is read.

A statistic of k6 alone, such as ``p(99)`` or ``avg``, is of the latency; of another distribution it stands after its
name: ``service.p(99)``. k6's own names of metrics mean what is measured alike here. What belongs to one of several
targets stands after ``target[NAME].``.
"""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.load.record import ErrorClass
from wherry.core.suggest import did_you_mean
from wherry.core.trace import Phase
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Kind(StrEnum):
    """What a value is: ``SHARE`` is 0 to 1, ``RATE`` per second."""

    DURATION = "duration"
    SHARE = "share"
    RATE = "rate"
    COUNT = "count"


class Subject(msgspec.Struct, frozen=True):
    """``name`` and, where it has parts, which: a statistic of a distribution, a class of errors, a status.

    ``percentile`` is 0 to 100, and None for every other statistic. ``target`` is None for all of them together.
    """

    name: str
    part: str = ""
    percentile: float | None = None
    target: str | None = None

    @property
    def kind(self) -> Kind:
        """What its value is."""
        return Kind.DURATION if self.name in DISTRIBUTIONS else QUANTITIES[self.name]

    def __str__(self) -> str:
        part = f"p({number(self.percentile)})" if self.percentile is not None else self.part
        name = "" if self.name == "latency" else self.name
        words = ".".join(filter(None, (name, part)))
        return words if self.target is None else f"target[{self.target}].{words}"


PHASES: Final[Mapping[str, Phase]] = MappingProxyType({phase.value.replace(" ", "_"): phase for phase in Phase})
DISTRIBUTIONS: Final = ("latency", "service", "successful", "lag", *PHASES)
QUANTITIES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "error_rate": Kind.SHARE,
        "success_rate": Kind.SHARE,
        "throughput": Kind.RATE,
        "rate": Kind.RATE,
        "requests": Kind.COUNT,
        "answered": Kind.COUNT,
        "errors": Kind.COUNT,
        "status": Kind.COUNT,
        "late": Kind.COUNT,
        "dropped": Kind.COUNT,
        "cut": Kind.COUNT,
        "connections": Kind.COUNT,
        "reused": Kind.COUNT,
        "retried": Kind.COUNT,
    }
)
STATISTICS: Final = ("avg", "min", "med", "max")
OF_A_SCHEDULE: Final = frozenset({"lag", "late", "dropped"})
_OF_A_TARGET: Final = frozenset(
    {"latency", "error_rate", "success_rate", "throughput", "rate", "requests", "answered", "errors"}
)
_KINDS: Final = frozenset(kind.value for kind in ErrorClass)
# Metrics of k6 (https://grafana.com/docs/k6/latest/using-k6/metrics/reference/): its duration of a request counts from
# the sending, on a connection that is open already, as service time does.
_OF_K6: Final = {
    "http_req_duration": "service",
    "http_req_connecting": "connect",
    "http_req_tls_handshaking": "tls",
    "http_req_sending": "send",
    "http_req_waiting": "first_byte",
    "http_req_receiving": "transfer",
    "http_req_failed": "errors",
    "http_reqs": "requests",
    "dropped_iterations": "dropped",
}
_RATES: Final = {"requests": "rate", "answered": "throughput", "errors": "error_rate"}
_OTHER_WORDS: Final = {"mean": "avg", "average": "avg", "median": "med", "p": "p(99)"}
_NAMED: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*(?:[.:]\s*(.*))?", re.DOTALL)
_PERCENTILE: Final = re.compile(r"p\(\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*\)")
_LIKE_PERCENTILE: Final = re.compile(r"p[ (\[{]*([0-9]+(?:\.[0-9]+)?)[ )\]}]*", re.IGNORECASE)
_STATUS: Final = re.compile(r"[1-5](?:[0-9]{2}|xx)")


def parse_subject(text: str) -> Subject:
    """What stands before the operator of a gate. Raises UsageError, whose one line says what is known."""
    if not text.startswith("target["):
        return _of_all(text)
    name, bracket, rest = text.removeprefix("target[").rpartition("]")
    rest = rest.strip()
    if not bracket or not name or rest[:1] not in (".", ":"):
        raise UsageError("a target is written target[NAME].p(99)")
    of = _of_all(rest[1:].strip())
    if of.name not in _OF_A_TARGET or (of.name == "errors" and of.part):
        raise UsageError(f"{of} is not known of a single target, only {_listed(_OF_A_TARGET)}")
    return msgspec.structs.replace(of, target=name)


def number(value: float) -> str:
    """As it would be written: the shortest text that means the same, never with an exponent."""
    from decimal import Decimal

    return f"{Decimal(repr(value)):f}".removesuffix(".0")


def _of_all(text: str) -> Subject:
    match = _NAMED.fullmatch(text)
    if match is None:
        return _statistic("latency", text)
    name, part = _OF_K6.get(match[1], match[1]), match[2]
    if part is None:
        return _alone(name)
    part = part.strip()
    if name in DISTRIBUTIONS:
        return _statistic(name, part)
    if name not in QUANTITIES:
        raise UsageError(f"nothing is called {name!r}{did_you_mean(name, (*DISTRIBUTIONS, *QUANTITIES))}")
    return _quantity(name, part)


def _alone(name: str) -> Subject:
    if name == "count":
        return Subject("requests")
    if name in QUANTITIES and name != "status":
        return Subject(name)
    if name in DISTRIBUTIONS:
        raise UsageError(f"{name} has many values; write {name}.p(99), or avg, min, med or max of it")
    if name == "status":
        raise UsageError("which status? write status.500 or status.5xx")
    if name == "value":
        raise UsageError("the value of what? write it like error_rate.value")
    return _statistic("latency", name)


def _statistic(of: str, text: str) -> Subject:
    if text in STATISTICS:
        return Subject(of, text)
    if match := _PERCENTILE.fullmatch(text):
        percentile = float(match[1])
        if percentile > 100:
            raise UsageError(f"{text} is no percentile; one is p(0) to p(100)")
        return Subject(of, percentile=percentile)
    if match := _LIKE_PERCENTILE.fullmatch(text):
        raise UsageError(f'{text!r} is no statistic; did you mean "p({match[1]})"?')
    if text in _OTHER_WORDS:
        raise UsageError(f'{text!r} is no statistic; did you mean "{_OTHER_WORDS[text]}"?')
    if of == "latency":
        near = did_you_mean(text, (*STATISTICS, *DISTRIBUTIONS, *QUANTITIES)) if text else ""
        raise UsageError(f"nothing is called {text!r}{near}" if text else "it is about nothing")
    raise UsageError(
        f"{text!r} is no statistic{did_you_mean(text, STATISTICS)}; there are p(N), {', '.join(STATISTICS)}"
    )


def _quantity(name: str, part: str) -> Subject:
    kind = QUANTITIES[name]
    if name == "status":
        if not _STATUS.fullmatch(part):
            raise UsageError(f"{part!r} is no status; write status.500 or status.5xx")
        return Subject(name, part)
    if part == "value" or (part == "count" and kind is Kind.COUNT) or (part == "rate" and kind is not Kind.COUNT):
        return Subject(name)
    if part == "rate" and name in _RATES:
        return Subject(_RATES[name])
    if name == "errors":
        if part not in _KINDS:
            raise UsageError(
                f"no errors are of the class {part!r}{did_you_mean(part, _KINDS)}; there are {_listed(_KINDS)}"
            )
        return Subject(name, part)
    raise UsageError(f"{name} has no {part!r}; it is one number")


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
