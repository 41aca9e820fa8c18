"""Tests made of plain data: every operand is checked against the shape of its subject before anything is looked at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from wherry.core.expect import operators
from wherry.core.expect.show import show
from wherry.core.expect.subject import Shape, Subject
from wherry.core.late import late_pattern
from wherry.core.quantity import QuantityError, duration, size
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.core.expect.operators import Test

_ORDERS: Final = frozenset({"lt", "le", "gt", "ge"})
_ANY: Final = frozenset({"eq", "in", "not", "exists"})
_WITHIN: Final = frozenset({"contains", "matches", "length"})
_OPERATORS: Final = {
    Shape.STATUS: _ANY | _ORDERS,
    Shape.NUMBER: _ANY | _ORDERS,
    Shape.DURATION: _ANY | _ORDERS,
    Shape.SIZE: _ANY | _ORDERS,
    Shape.TEXT: _ANY | _ORDERS | _WITHIN,
    Shape.TEXTS: _ANY | _WITHIN,
    Shape.DIGEST: _ANY,
    Shape.JSON: _ANY | _ORDERS | _WITHIN,
}
# Texts that are numbers at times. A version is not one: 1.10 comes after 1.9.
_NUMERIC_TEXTS: Final = frozenset({"header", "cookie", "body", "text", "output", "words"})
_DIGEST: Final = late_pattern(r"[0-9A-Fa-f]{64}")
_STATUS_CLASS: Final = late_pattern(r"(?i)([1-9])xx")


def build_test(subject: Subject, value: object) -> Test:
    """The test that ``value`` describes: an operator map, or a value to equal. Raises UsageError."""
    if not isinstance(value, dict):
        return _equal(subject, value)
    if not value:
        raise UsageError(f"{subject} is expected to be nothing at all: the map has no operator", hint=_known(subject))
    tests = tuple(_operator(subject, name, operand) for name, operand in value.items())
    return tests[0] if len(tests) == 1 else operators.All(tests)


def _known(subject: Subject) -> str:
    return "operators are " + ", ".join(sorted(_OPERATORS[subject.shape]))


def _operator(subject: Subject, name: object, operand: object) -> Test:
    allowed = _OPERATORS[subject.shape]
    if not isinstance(name, str) or name not in _OPERATORS[Shape.JSON]:
        hint = "an object to compare with is written {eq: {...}}" if subject.shape is Shape.JSON else _known(subject)
        raise UsageError(f"{subject}: unknown operator {name!r}{did_you_mean(str(name), allowed)}", hint=hint)
    if name not in allowed or (
        name in _ORDERS and subject.shape is Shape.TEXT and subject.family not in _NUMERIC_TEXTS
    ):
        raise UsageError(f"{subject} is {subject.shape.value}, to which {name} does not apply", hint=_known(subject))
    if name in _ORDERS:
        return _order(subject, name, operand)
    return _BUILDERS[name](subject, operand)


def _equal(subject: Subject, value: object) -> operators.Equal:
    if subject.shape is Shape.TEXTS and isinstance(value, list):
        return operators.Equal([_expected(subject, item) for item in value], subject.shape)
    return operators.Equal(_expected(subject, value), subject.shape)


def _expected(subject: Subject, value: object) -> object:
    """An expected value of the subject's shape."""
    if subject.shape in (Shape.DURATION, Shape.SIZE):
        return _quantity(subject, value)
    if isinstance(value, float) and math.isnan(value):
        raise UsageError(f"{subject}: nothing equals NaN")
    if subject.shape is Shape.STATUS:
        if isinstance(value, str) and (match := _STATUS_CLASS.fullmatch(value)):
            return operators.StatusClass(int(match.group(1)))
        if type(value) is int and 100 <= value <= 999:
            return value
    elif subject.shape is Shape.DIGEST:
        if isinstance(value, str) and _DIGEST.fullmatch(value):
            return value.lower()
    elif (
        subject.shape is Shape.JSON
        or (subject.shape is Shape.NUMBER and type(value) is int)
        or (subject.shape in (Shape.TEXT, Shape.TEXTS) and isinstance(value, str))
    ):
        return value
    quotes = ""
    if subject.shape in (Shape.TEXT, Shape.TEXTS, Shape.DIGEST) and not isinstance(value, (str, list, dict)):
        quotes = "; put it in quotes"
    lists = "; write {in: [...]} for one of several" if isinstance(value, list) else ""
    raise UsageError(f"{subject} is {subject.shape.value}, not {show(value)}{quotes}{lists}")


def _quantity(subject: Subject, value: object) -> float:
    try:
        if isinstance(value, str):
            return duration(value) if subject.shape is Shape.DURATION else size(value)
    except QuantityError as exc:
        raise UsageError(f"{subject}: {exc}") from None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < math.inf:
        raise UsageError(f"{subject} is {subject.shape.value}, not {show(value)}")
    return value


def _order(subject: Subject, name: str, operand: object) -> Test:
    if subject.shape in (Shape.DURATION, Shape.SIZE):
        return operators.Order(name, _quantity(subject, operand), subject.shape)
    if isinstance(operand, bool) or not isinstance(operand, (int, float)) or not math.isfinite(operand):
        raise UsageError(f"{subject}: {name} takes a number, not {show(operand)}")
    return operators.Order(name, operand, Shape.NUMBER)


def _in(subject: Subject, operand: object) -> Test:
    if not isinstance(operand, list) or not operand:
        raise UsageError(f"{subject}: in takes a list of values, not {show(operand)}")
    return operators.In(tuple(operators.Equal(_expected(subject, item), subject.shape) for item in operand))


def _contains(subject: Subject, operand: object) -> Test:
    return operators.Contains(_expected(subject, operand))


def _matches(subject: Subject, operand: object) -> Test:
    from wherry.core.expect.pattern import compile_pattern

    if not isinstance(operand, str):
        raise UsageError(f"{subject}: matches takes a regular expression, not {show(operand)}")
    try:
        return operators.Matches(compile_pattern(operand))
    except UsageError as exc:
        raise UsageError(f"{subject}: {exc.message}") from None


def _exists(subject: Subject, operand: object) -> Test:
    if not isinstance(operand, bool):
        raise UsageError(f"{subject}: exists takes true or false, not {show(operand)}")
    return operators.Exists(operand)


def _length(subject: Subject, operand: object) -> Test:
    return operators.Length(build_test(Subject(f"the length of {subject}", "", Shape.NUMBER), operand))


def _not(subject: Subject, operand: object) -> Test:
    return operators.Not(build_test(subject, operand))


_BUILDERS: Final[Mapping[str, Callable[[Subject, object], Test]]] = {
    "eq": _equal,
    "in": _in,
    "contains": _contains,
    "matches": _matches,
    "exists": _exists,
    "length": _length,
    "not": _not,
}
