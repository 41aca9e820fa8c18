"""Two JSON values, line by line: what was expected and is missing, what was found in its place."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from wherry.core.expect.show import printable
from wherry.core.redact import is_secret_header
from wherry.core.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_LINES: Final = 40
# difflib's time grows with the product of the two lengths.
_MOST_COMPARED: Final = 2000
_LONGEST: Final = 200
_CONTEXT: Final = 2


def lines(expected: object, found: object) -> tuple[str, ...]:
    """The lines in which ``found`` differs, two more on each side, each behind a space, - (expected) or + (found).

    Members stand in the order of their names, as their order means nothing; values of members that are named like
    credentials are not shown. At most 40 lines, the last of which then says how many are left out.
    """
    left, right = _pretty(expected), _pretty(found)
    changes: list[str] = []
    for _, *rest in _hunks(left, right):
        changes += ["..."] if changes else []
        changes += rest
    if len(changes) > _MOST_LINES:
        left_out = len(changes) - _MOST_LINES + 1
        changes[_MOST_LINES - 1 :] = [f"  ... and {left_out} more lines"]
    return tuple(f"  {line}" if line == "..." else line for line in changes)


def _hunks(left: list[str], right: list[str]) -> Iterator[list[str]]:
    """The changes, each with the lines around it; the first line of each is none."""
    hunk: list[str] = []
    for number, line in enumerate(difflib.unified_diff(left, right, n=_CONTEXT, lineterm="")):
        if number < 2:
            continue  # the names of the files
        if line.startswith("@@"):
            if hunk:
                yield hunk
            hunk = [line]
        else:
            hunk.append(f"{line[0]} {line[1:]}")
    if hunk:
        yield hunk


def _pretty(value: object) -> list[str]:
    found: list[str] = []
    for line in _lines(value, "", ""):
        found.append(line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…")
        if len(found) == _MOST_COMPARED:
            break
    return found


def _lines(value: object, before: str, indent: str) -> Iterator[str]:
    """``value`` as indented JSON, ``before`` in front of its first line. No commas: they would differ for nothing."""
    if isinstance(value, dict) and value:
        yield f"{indent}{before}{{"
        for key in sorted(value, key=str):
            name = f"{_leaf(str(key))}: "
            if is_secret_header(str(key)):
                yield f"{indent}  {name}{MASK}"
            else:
                yield from _lines(value[key], name, indent + "  ")
        yield f"{indent}}}"
    elif isinstance(value, (list, tuple)) and value:
        yield f"{indent}{before}["
        for item in value:
            yield from _lines(item, "", indent + "  ")
        yield f"{indent}]"
    else:
        yield f"{indent}{before}{_leaf(value)}"


def _leaf(value: object) -> str:
    from json import dumps

    return printable(dumps(value, ensure_ascii=False))
