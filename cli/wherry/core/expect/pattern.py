"""Regular expressions whose search ends.

``re`` cannot be stopped: a pattern such as ``(a|a)*$`` on the wrong text would outlive every deadline. The regex
library, which the JSONPath library needs anyway, takes the same patterns and a time limit.
"""

from __future__ import annotations

from typing import Any, Final

from wherry.core.expect.actual import Unjudgeable
from wherry.core.expect.show import show
from wherry.core.record import Record
from wherry.errors import UsageError

LIMIT_S: Final = 1.0


class Pattern(Record):
    """A compiled expression and its text."""

    source: str
    compiled: Any

    def found_in(self, text: str) -> bool:
        """Whether it matches anywhere in ``text``. Raises Unjudgeable when that takes longer than LIMIT_S to tell."""
        try:
            return self.compiled.search(text, timeout=LIMIT_S) is not None
        except TimeoutError:
            raise Unjudgeable(f"no end of matching {show(self.source)} within {LIMIT_S:g}s") from None


def compile_pattern(source: str) -> Pattern:
    """Compile a Python regular expression. Raises UsageError with the position of what is wrong in it."""
    import regex  # type: ignore[import-untyped]

    try:
        return Pattern(source, regex.compile(source, regex.VERSION0))
    except regex.error as exc:
        where = "" if exc.pos is None else f" at position {exc.pos + 1}"
        raise UsageError(f"{show(source)} is not a regular expression: {exc.msg}{where}") from None
    except (RecursionError, OverflowError):
        raise UsageError(f"{show(source)} is too complex a regular expression") from None
