"""A gate as it is written: what it is about, an operator, and a limit.

The grammar is that of k6's thresholds (metrics/thresholds_parser.go of grafana/k6) with more names and with units:

    gate      subject operator limit
    subject   as gates.subject has it
    operator  > >= < <= == === !=
    limit     a duration as in Go (250ms, 1m30s), where a bare number is milliseconds, as k6 has it; a share as 0.01
              or 1%; a rate as 900/s, where a bare number is per second; a count, or its share of all requests in %

White space may stand between them. A bare number of milliseconds is also what is safe: read as seconds, ``p(95)<200``
would let everything pass.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Final

import msgspec

from wherry.commands.load.gates.subject import Kind, Subject, number, parse_subject
from wherry.core.quantity import QuantityError, duration, rate
from wherry.errors import UsageError

OPERATORS: Final = (">", ">=", "<", "<=", "==", "!=")
_EXAMPLES: Final = "write it like 'p(99)<250ms', 'error_rate<1%' or 'throughput>900/s'"
_LONGEST: Final = 80
_SPLIT: Final = re.compile(r"([^<>=!]*)(===|<=|>=|==|!=|<|>)([^<>=!]*)")
_LIMIT: Final = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(.*)", re.DOTALL)
_UNITS: Final = {
    "ns": Fraction(1, 10**9), "us": Fraction(1, 10**6), "ms": Fraction(1, 1000), "s": Fraction(1), "m": Fraction(60),
    "h": Fraction(3600), "d": Fraction(86400), "%": Fraction(1, 100), "/s": Fraction(1), "/m": Fraction(1, 60),
    "/h": Fraction(1, 3600), "": Fraction(1),
}  # fmt: skip
# Counts that may be compared as a share of the requests among which they are.
_SHARED: Final = frozenset({"answered", "errors", "status", "late", "dropped"})


class Gate(msgspec.Struct, frozen=True):
    """``limit`` is in ``unit``: one of Go's, ``%``, ``/s``, ``/m`` or ``/h``, none for a count or a share of 0 to 1."""

    subject: Subject
    operator: str
    limit: float
    unit: str = ""

    @property
    def kind(self) -> Kind:
        """What is compared; a count whose limit is a percentage is a share."""
        return Kind.SHARE if self.unit == "%" else self.subject.kind

    @property
    def bound(self) -> Fraction:
        """The limit in seconds, per second, as a share or a count: exactly what is written."""
        return Fraction(repr(self.limit)) * _UNITS[self.unit]

    def __str__(self) -> str:
        """The gate in one way of writing: :func:`parse_gate` makes an equal one of it."""
        return f"{self.subject}{self.operator}{number(self.limit)}{self.unit}"


def parse_gate(text: str) -> Gate:
    """The gate that ``text`` says. Raises UsageError with one line that shows what is accepted."""
    try:
        return _parse(text.strip())
    except UsageError as error:
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        raise UsageError(f"{shown!r} is no gate: {error}; {_EXAMPLES}") from None


def _parse(text: str) -> Gate:
    start = text.rfind("]") + 1 if text.startswith("target[") else 0  # a target's name may hold an operator
    match = _SPLIT.fullmatch(text, start)
    if match is None:
        if not any(operator in text[start:] for operator in "<>=!"):
            raise UsageError("it has no operator")
        raise UsageError(f"the operators are {' '.join(OPERATORS)}, and a gate has one")
    subject = parse_subject(text[: match.end(1)].strip())
    operator = match[2].replace("===", "==")
    limit = match[3].strip()
    if not limit:
        raise UsageError("it has no limit")
    number_and_unit = _LIMIT.fullmatch(limit)
    if number_and_unit is None or not math.isfinite(float(number_and_unit[1])):
        raise UsageError(_no_limit(subject, limit))
    return Gate(subject, operator, *_limit(subject, limit, float(number_and_unit[1]), number_and_unit[2]))


def _limit(subject: Subject, text: str, value: float, unit: str) -> tuple[float, str]:
    """The number and the unit that the gate keeps."""
    match subject.kind:
        case Kind.DURATION:
            return _duration(subject, text, value, unit)
        case Kind.RATE:
            return _rate(subject, text, value, unit)
        case Kind.SHARE if (unit == "%" and value <= 100) or (not unit and value <= 1):
            return value, unit
        case Kind.COUNT if unit == "%" and value <= 100 and subject.name in _SHARED:
            return value, unit
        case Kind.COUNT if not unit and value.is_integer():
            return value, unit
    raise UsageError(_no_limit(subject, text))


def _duration(subject: Subject, text: str, value: float, unit: str) -> tuple[float, str]:
    unit = {"": "ms", "µs": "us", "μs": "us"}.get(unit, unit)
    try:
        seconds = duration(f"{number(value)}{unit}" if unit in _UNITS else text)
    except QuantityError:
        raise UsageError(_no_limit(subject, text)) from None
    return (value, unit) if unit in _UNITS else (seconds, "s")


def _rate(subject: Subject, text: str, value: float, unit: str) -> tuple[float, str]:
    if not unit and 0 < value <= 1:
        raise UsageError(
            f"is {text} a share? {subject} is per second: write {text}/s, or error_rate or success_rate of a share"
        )
    if unit in ("", "/s", "/m", "/h"):
        return value, unit or "/s"
    try:
        return rate(text), "/s"
    except QuantityError:
        raise UsageError(_no_limit(subject, text)) from None


def _no_limit(subject: Subject, text: str) -> str:
    like = {
        Kind.DURATION: "a duration such as 250ms",
        Kind.SHARE: "a share such as 1% or 0.01",
        Kind.RATE: "a rate such as 900/s",
        Kind.COUNT: "a count such as 1000" + (" or a share such as 1%" if subject.name in _SHARED else ""),
    }
    return f"{subject} is compared with {like[subject.kind]}, and {text!r} is none"
