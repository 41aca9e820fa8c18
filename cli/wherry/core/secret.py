"""Values that must not be seen."""

from __future__ import annotations

import re

MASK = "***"


class Secret:
    """A value that prints as ``***``; only :meth:`reveal` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself: for the wire, never for a screen."""
        return self._value

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)


class Redactor:
    """Masks every secret it was told of, wherever it stands in a text."""

    def __init__(self) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        """Mask ``value`` from now on, as it is and as it looks in a URL.

        Values under 4 characters are left: they would mask too much.
        """
        if len(value) >= 4:
            from urllib.parse import quote  # every command has a redactor, few have a secret

            self._values |= {value, quote(value, safe="")}
            longest_first = sorted(self._values, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def mask(self, text: str) -> str:
        """``text`` with each known secret replaced."""
        return self._pattern.sub(MASK, text) if self._pattern else text
