"""Text of strangers in HTML: whatever a name, a URL or a body holds, it is shown and is not markup."""

from __future__ import annotations

from html import escape

from wherry.ui.plain import cut, lines, one_line

_LONGEST = 2000
_MOST_LINES = 60


def text(value: str) -> str:
    """``value`` on one line, in an element or in a quoted attribute."""
    return escape(one_line(cut(value, _LONGEST)))


def block(value: str) -> str:
    """``value`` in an element that keeps its lines."""
    shown = lines(cut(value, _LONGEST))
    more = [f"... {len(shown) - _MOST_LINES} more lines"] if len(shown) > _MOST_LINES else []
    return escape("\n".join(shown[:_MOST_LINES] + more))


def whole(value: str) -> str:
    """The same, however long it is: a command line that is cut off cannot be run."""
    return escape("\n".join(lines(value)))
