"""The runs of one side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wherry.commands.load.record import Record
from wherry.commands.load.report import source
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSUS: Final = "vs"
_HINT: Final = "wherry load compare old-*.json vs new-*.json"


class Run(NamedTuple):
    """A run and what it is called in errors."""

    name: str
    record: Record


def split(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of the old side and of the new one: two of them, or some on each side of ``vs``. Raises UsageError."""
    if VERSUS in words:
        at = words.index(VERSUS)
        old, new = tuple(words[:at]), tuple(words[at + 1 :])
        if not old or not new or VERSUS in new:
            raise UsageError(f"there are runs on both sides of one {VERSUS}", hint=_HINT)
        return old, new
    if len(words) != 2:
        what = f"{words[0]} is to be compared with another" if len(words) == 1 else f"{len(words)} runs have no sides"
        raise UsageError(f"{what}: write {VERSUS} between old and new", hint=_HINT)
    return (words[0],), (words[1],)


def recorded(paths: Sequence[str]) -> list[Run]:
    """The runs in these files. Raises UsageError."""
    return [_read(path) for path in paths]


def _read(path: str) -> Run:
    with source.opened(path) as content:
        if not isinstance(content, Record):
            raise UsageError(
                f"{path}: these are single results, which do not say how they were asked for",
                hint="give the records of runs: wherry load -o json, or --report json=FILE",
            )
        return Run(path, content)
