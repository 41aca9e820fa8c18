"""The parameters of a test route: what stands in its query, closed and typed. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from wherry.core import quantity
from wherry.core.suggest import did_you_mean
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_DURATION_S: Final = 86400.0
MAX_SIZE: Final = 1024**4
MAX_COUNT: Final = 1_000_000


class BadParameter(Refused):
    """A parameter that is unknown or has no sense: 400, with these words."""

    def __init__(self, words: str) -> None:
        super().__init__(400, words)


class Parameters:
    """What a query says, read by name. Every method raises BadParameter for a value that is not of its kind."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    @classmethod
    def read(cls, query: str, *known: str) -> Parameters:
        """Raises BadParameter for a name that is not ``known``: a misspelt one would silently do nothing."""
        values = pairs(query)
        for name, _ in values:
            if name not in known:
                accepted = f"; known are {', '.join(known)}" if known else "; this route has none"
                raise BadParameter(f'unknown parameter "{name}"{did_you_mean(name, known) or accepted}')
        return cls(dict(values))

    def text(self, name: str, default: str) -> str:
        return self._values.get(name, default)

    def flag(self, name: str) -> bool:
        """``?name``, ``?name=1`` or ``?name=true``."""
        value = self._values.get(name, "0").lower()
        if value not in ("", "1", "true", "0", "false"):
            raise BadParameter(f"{name}: {value!r} is neither 1 nor 0")
        return value in ("", "1", "true")

    def count(self, name: str, default: int, *, least: int = 0) -> int:
        value = self._values.get(name)
        return default if value is None else count(value, name, least=least)

    def status(self, name: str, default: int) -> int:
        value = self._values.get(name)
        return default if value is None else status(value)

    def duration_s(self, name: str, default_s: float) -> float:
        value = self._values.get(name)
        return default_s if value is None else duration_s(value)

    def size(self, name: str, default: int) -> int:
        value = self._values.get(name)
        return default if value is None else size(value)


def pairs(query: str) -> list[tuple[str, str]]:
    """Names and values in a query, in its order."""
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        raise BadParameter("the query has too many fields") from None


def count(text: str, what: str, *, least: int = 0) -> int:
    """A whole number up to a million."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and least <= int(text) <= MAX_COUNT):
        raise BadParameter(f"{what}: {text!r} is not a number from {least} to {MAX_COUNT}")
    return int(text)


def status(text: str) -> int:
    """A status that can end a request: 200 to 599."""
    if not (text.isascii() and text.isdecimal() and len(text) == 3 and 200 <= int(text) <= 599):
        raise BadParameter(f"{text!r} is not a status from 200 to 599")
    return int(text)


def duration_s(text: str) -> float:
    """Seconds, up to a day."""
    try:
        seconds = quantity.duration(text)
    except quantity.QuantityError as exc:
        raise BadParameter(str(exc)) from None
    if seconds > MAX_DURATION_S:
        raise BadParameter(f"{text!r} is longer than a day")
    return seconds


def size(text: str) -> int:
    """Bytes, up to a tebibyte."""
    try:
        count = quantity.size(text)
    except quantity.QuantityError as exc:
        raise BadParameter(str(exc)) from None
    if count > MAX_SIZE:
        raise BadParameter(f"{text!r} is more than 1 TiB")
    return count
