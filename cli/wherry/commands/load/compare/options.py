"""What is compared, and what is asked of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.load.compare.side import split
from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

REPEATS: Final = 5
_MOST: Final = 10
_SHARE: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(%?)")


class Options(Record):
    """``old`` and ``new`` are files of records or, with ``repeats``, a URL each, which so many runs are made of.

    ``loading`` are the arguments of `wherry load` for them. ``most_worse``: a share by which nothing may have become
    worse.
    """

    old: tuple[str, ...]
    new: tuple[str, ...]
    repeats: int | None = None
    loading: tuple[str, ...] = ()
    most_worse: float | None = None
    seed: int = 0


def read_options(given: Mapping[str, Any]) -> Options:
    """The options in ``given``, by their names on the command line. Raises UsageError."""
    words, loading = _apart(given["sides"])
    old, new = split(words)
    urls = [word for word in (*old, *new) if is_url(word)]
    if urls and len(urls) < len(old) + len(new):
        raise UsageError("a URL is compared with a URL, and runs that were recorded with others")
    if urls and (len(old), len(new)) != (1, 1):
        raise UsageError("one URL is compared with one other", hint="--repeats N makes several runs of each")
    if not urls and loading:
        raise UsageError(f"{' '.join(loading)}: recorded runs have been made; options after -- are for URLs")
    if not urls and given["repeats"] is not None:
        raise UsageError("--repeats is for URLs: recorded runs have been made")
    return Options(
        old,
        new,
        repeats=(given["repeats"] or REPEATS) if urls else None,
        loading=loading,
        most_worse=given["fail_on_regression"],
        seed=given["seed"],
    )


def is_url(word: str) -> bool:
    """Whether this is where a server is, and not a file."""
    return word.startswith(("http://", "https://"))


def share(text: str) -> float:
    """``5%`` or ``0.05``. Raises ValueError for anything else, and beyond ten times."""
    match = _SHARE.fullmatch(text.strip())
    value = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= value <= _MOST:
        raise ValueError(f"{text!r} is not a share; write it like 5% or 0.05")
    return value


def _apart(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The sides, and what follows them from the first option on: that came after ``--``."""
    at = next((number for number, word in enumerate(words) if word.startswith("-")), len(words))
    return tuple(words[:at]), tuple(words[at:])
