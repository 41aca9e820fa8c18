"""What a value can be expected to be: the operators, each of which judges a value and says itself in words.

``holds`` is True or False where the question makes sense for the value, and raises :class:`Unjudgeable` where it does
not: a regular expression against a number, say. So ``not`` cannot turn a wrong type into a success, and
no operator needs to know whether it stands under one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

from wherry.core.expect.actual import Actual, Unjudgeable
from wherry.core.expect.equality import equal
from wherry.core.expect.show import shortened, show
from wherry.core.expect.subject import Shape
from wherry.core.late import late_pattern
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wherry.core.expect.pattern import Pattern


class Test(Protocol):
    """One expectation."""

    def holds(self, actual: Actual) -> bool:
        """Whether the expectation is met. Raises Unjudgeable."""

    def words(self) -> str:
        """What is expected, to stand after "expected"."""


class StatusClass(Record):
    """``2xx`` as an expected value: any status of that hundred."""

    hundred: int

    def __str__(self) -> str:
        return f"{self.hundred}xx"


class Equal(Record):
    """The value itself; for a list of texts in any order, and its one element when there is just one."""

    value: object
    shape: Shape

    def holds(self, actual: Actual) -> bool:
        _require_presence(actual)
        if isinstance(self.value, StatusClass):
            return _number(actual) // 100 == self.value.hundred
        if actual.shape is Shape.TEXTS:
            expected = self.value if isinstance(self.value, list) else [self.value]
            return sorted(_texts(actual)) == sorted(expected)
        if actual.several is not None and equal(list(actual.several), self.value):
            return True
        if _looks_equal(actual.value, self.value):
            raise Unjudgeable(f"{_type(actual.value)} {show(actual.value)}")
        return equal(actual.value, self.value)

    def words(self) -> str:
        return str(self.value) if isinstance(self.value, StatusClass) else show(self.value, self.shape)


_NUMBER: Final = late_pattern(r"\s*[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\s*")
_ORDERS: Final[dict[str, tuple[str, Callable[[float, float], bool]]]] = {
    "lt": ("less than", lambda actual, bound: actual < bound),
    "le": ("at most", lambda actual, bound: actual <= bound),
    "gt": ("more than", lambda actual, bound: actual > bound),
    "ge": ("at least", lambda actual, bound: actual >= bound),
}


class Order(Record):
    """``lt``, ``le``, ``gt`` and ``ge``; a text that a number is compared with must read as a number."""

    operator: str
    bound: float
    shape: Shape

    def holds(self, actual: Actual) -> bool:
        return _ORDERS[self.operator][1](_number(actual), self.bound)

    def words(self) -> str:
        return f"{_ORDERS[self.operator][0]} {show(self.bound, self.shape)}"


class In(Record):
    """One of several values; of a list of texts, every one."""

    choices: tuple[Equal, ...]

    def holds(self, actual: Actual) -> bool:
        _require_presence(actual)
        if actual.shape is Shape.TEXTS:
            return set(_texts(actual)) <= {choice.value for choice in self.choices}
        # All of them, so that a look-alike among the choices is not passed over by luck of the order.
        met = [choice.holds(actual) for choice in self.choices]
        return any(met)

    def words(self) -> str:
        return "one of " + shortened(", ".join(choice.words() for choice in self.choices))


class Contains(Record):
    """A text within a text, or an element of a list."""

    value: object

    def holds(self, actual: Actual) -> bool:
        _require_presence(actual)
        within = actual.whole
        if isinstance(within, str):
            if not isinstance(self.value, str):
                raise Unjudgeable(f"text {show(within)}")
            return self.value in within
        if isinstance(within, (list, tuple)):
            return any(equal(item, self.value) for item in within)
        raise Unjudgeable(f"{_type(within)} {show(within)}, neither text nor a list")

    def words(self) -> str:
        return f"something that contains {show(self.value)}"


class Matches(Record):
    """A regular expression found anywhere in a text; in one of a list of texts."""

    pattern: Pattern

    def holds(self, actual: Actual) -> bool:
        _require_presence(actual)
        if actual.shape is Shape.TEXTS:
            return any(self.pattern.found_in(text) for text in _texts(actual))
        if not isinstance(actual.value, str):
            raise Unjudgeable(f"{_type(actual.value)} {actual.words()}, not text")
        return self.pattern.found_in(actual.value)

    def words(self) -> str:
        return f"a match of {show(self.pattern.source)}"


class Exists(Record):
    """Whether the value is there at all; null is there."""

    wanted: bool

    def holds(self, actual: Actual) -> bool:
        return actual.present is self.wanted

    def words(self) -> str:
        return "something" if self.wanted else "nothing"


class Length(Record):
    """The characters of a text, the elements of a list, the members of an object."""

    test: Test

    def holds(self, actual: Actual) -> bool:
        return self.test.holds(Actual(self.of(actual)))

    def of(self, actual: Actual) -> int:
        """The length. Raises Unjudgeable for what has none."""
        _require_presence(actual)
        if not isinstance(actual.whole, (str, list, tuple, dict)):
            raise Unjudgeable(f"{_type(actual.whole)} {actual.words()}, which has no length")
        return len(actual.whole)

    def words(self) -> str:
        return f"length {self.test.words()}"


class Not(Record):
    """The opposite, where the question makes sense."""

    test: Test

    def holds(self, actual: Actual) -> bool:
        return not self.test.holds(actual)

    def words(self) -> str:
        return f"not {self.test.words()}"


class All(Record):
    """Every one of several tests."""

    tests: tuple[Test, ...]

    def holds(self, actual: Actual) -> bool:
        # Each is asked, even after a False: one that makes no sense must come to light under ``not`` too.
        met = [test.holds(actual) for test in self.tests]
        return all(met)

    def words(self) -> str:
        return " and ".join(test.words() for test in self.tests)


def _require_presence(actual: Actual) -> None:
    if not actual.present:
        raise Unjudgeable("nothing")


def _texts(actual: Actual) -> Sequence[str]:
    assert isinstance(actual.value, (list, tuple))
    return actual.value


def _number(actual: Actual) -> float:
    """The value as a number: itself, or read from a header, an output and the like."""
    _require_presence(actual)
    value: Any = actual.value
    if isinstance(value, str) and actual.shape is Shape.TEXT:
        # float() would take nan, underscores and the digits of every script.
        return float(value) if _NUMBER.fullmatch(value) else _not_a_number(actual)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return _not_a_number(actual)
    return value


def _not_a_number(actual: Actual) -> float:
    raise Unjudgeable(f"{_type(actual.value)} {actual.words()}, not a number")


def _looks_equal(actual: object, expected: object) -> bool:
    """Whether a text stands where a number, a boolean or null is meant, or the other way round: ``"5"`` and 5."""
    if isinstance(actual, str) is isinstance(expected, str):
        return False
    text, other = (actual, expected) if isinstance(actual, str) else (expected, actual)
    return not isinstance(other, (list, tuple, dict)) and text == show(other)


def _type(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "the value"
    if isinstance(value, (int, float)):
        return "the number"
    return "text" if isinstance(value, str) else "the object" if isinstance(value, dict) else "the list"
