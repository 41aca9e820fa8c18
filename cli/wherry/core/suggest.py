"""Did you mean ...?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word nearest to ``word``, or None when none is near enough to be a slip of the pen."""
    import difflib

    by_lower = {name.lower(): name for name in sorted(known)}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``; did you mean "expect"?``, or nothing: made to stand at the end of a message."""
    near = closest(word, known)
    return f'; did you mean "{near}"?' if near else ""
