"""What a run can be written as, and which of it tells of single requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.ui.report import Choice

FORMATS: Final = ("text", "json", "csv", "jsonl", "junit", "hdr", "html", "prom")
_OF_ROWS: Final = ("csv", "jsonl")


def need_rows(choices: Iterable[Choice]) -> bool:
    """Whether any of ``choices`` needs the row of every request."""
    return any(choice.format in _OF_ROWS for choice in choices)
