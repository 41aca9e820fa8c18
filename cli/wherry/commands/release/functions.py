"""The functions of templates, with GoReleaser's names and orders of arguments. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value: TypeAlias = str | int | bool


class Misuse(ValueError):
    """Arguments that a function can do nothing with."""


class Function(Record):
    """``least`` and ``most`` arguments (None: any number); ``subject_first`` says where a piped value goes."""

    least: int
    most: int | None
    apply: Callable[[Sequence[Value], Mapping[str, str]], Value]
    subject_first: bool = False

    def miscounted(self, name: str, count: int) -> str | None:
        """What is wrong with this number of arguments, or None."""
        if count >= self.least and (self.most is None or count <= self.most):
            return None
        number = f"{self.least}" if self.least == self.most else f"at least {self.least}"
        return f"{name} takes {number} value{'' if self.least == 1 else 's'}, not {count}"

    def __call__(self, arguments: Sequence[Value], env: Mapping[str, str], *, piped: bool) -> Value:
        """Its result; the last of ``arguments`` is what was piped, if something was. Raises Misuse."""
        if piped and self.subject_first:
            arguments = [arguments[-1], *arguments[:-1]]
        return self.apply(arguments, env)


def _texts(change: Callable[..., Value], count: int) -> Function:
    """A function of ``count`` texts, the first of which it is about."""

    def apply(arguments: Sequence[Value], _env: Mapping[str, str]) -> Value:
        return change(*map(_text, arguments))

    return Function(count, count, apply, subject_first=True)


def _values(change: Callable[[Sequence[Value]], Value], least: int, most: int | None) -> Function:
    return Function(least, most, lambda arguments, _env: change(arguments))


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _title(text: str) -> str:
    return re.sub(r"[^\W_]+('[^\W_]+)?", lambda word: word[0].capitalize(), text)


def _replace(text: str, old: str, new: str) -> str:
    return text.replace(old, new)


def _increased(part: int) -> Callable[[str], str]:
    def increase(text: str) -> str:
        match = re.match(r"(v?)(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?![0-9])", text, re.ASCII)
        if match is None:
            raise Misuse(f"{text!r} is not a version such as 1.2.3")
        numbers = [int(number) for number in match.groups()[1:]]
        numbers[part:] = [numbers[part] + 1, *([0] * (2 - part))]
        return match[1] + ".".join(map(str, numbers))

    return increase


def _equal(arguments: Sequence[Value]) -> bool:
    first, *others = arguments
    return any(type(first) is type(other) and first == other for other in others)


def _and(arguments: Sequence[Value]) -> Value:
    return next((value for value in arguments if not value), arguments[-1])


def _or(arguments: Sequence[Value]) -> Value:
    return next((value for value in arguments if value), arguments[-1])


FUNCTIONS: Final[Mapping[str, Function]] = {
    "lower": _texts(str.lower, 1),
    "tolower": _texts(str.lower, 1),
    "upper": _texts(str.upper, 1),
    "toupper": _texts(str.upper, 1),
    "title": _texts(_title, 1),
    "trim": _texts(str.strip, 1),
    "trimprefix": _texts(str.removeprefix, 2),
    "trimsuffix": _texts(str.removesuffix, 2),
    "replace": _texts(_replace, 3),
    "contains": _texts(lambda text, part: part in text, 2),
    "incmajor": _texts(_increased(0), 1),
    "incminor": _texts(_increased(1), 1),
    "incpatch": _texts(_increased(2), 1),
    "default": _values(lambda values: values[1] or values[0], 2, 2),
    "envOrDefault": Function(2, 2, lambda values, env: env.get(_text(values[0])) or values[1]),
    "isEnvSet": Function(1, 1, lambda values, env: bool(env.get(_text(values[0])))),
    "eq": _values(_equal, 2, None),
    "ne": _values(lambda values: not _equal(values), 2, 2),
    "and": _values(_and, 1, None),
    "or": _values(_or, 1, None),
    "not": _values(lambda values: not values[0], 1, 1),
}
