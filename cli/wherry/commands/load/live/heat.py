"""Latencies over time as a strip of cells: time goes to the right, latency up, and fuller cells hold more requests."""

from __future__ import annotations

import math
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Final

from wherry.core.quantity import format_duration
from wherry.ui.progress import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wherry.commands.load.live.look import Look, Painted
    from wherry.commands.load.record import Step

LEAST_ROWS: Final = 3  # the time below them among these
MOST_ROWS: Final = 13
_LABEL: Final = 7
_LEAST_COLUMNS: Final = 8
_BLOCKS: Final = " ░▒▓█"
_ASCII: Final = " .:o#"
_STYLES: Final = ((), ("blue",), ("cyan",), ("green",), ("yellow",))


def strip(steps: Sequence[Step], columns: int, rows: int, look: Look) -> list[Painted]:
    """At most ``rows`` lines of ``columns``; none where there is no room, or nothing has ended yet.

    A column is one step, or two, four, eight where there are more steps than columns, so that it moves seldom. Each
    line begins with the least latency that it holds.
    """
    room = columns - _LABEL - 1
    bands = min(rows, MOST_ROWS) - 1
    if rows < LEAST_ROWS or room < _LEAST_COLUMNS:
        return []
    together = 1
    while -(-len(steps) // together) > room:
        together *= 2
    counted = [_added([step.heat for step in steps[at : at + together]]) for at in range(0, len(steps), together)]
    bits = [bit for bit, count in enumerate(_added(counted)) if count]
    if not bits:
        return []
    height = 1
    while bits[-1] // height - bits[0] // height >= bands:
        height *= 2
    first, last = bits[0] // height, bits[-1] // height
    cells = [
        [sum(column[band * height : (band + 1) * height]) for column in counted] for band in range(first, last + 1)
    ]
    most = max(map(max, cells))
    lines = [
        _line(format_duration(2 ** (band * height) / 1e6), [_level(count, most) for count in cells[band - first]], look)
        for band in range(last, first - 1, -1)
    ]
    lines.append(_times(steps, len(counted), room, look))
    return lines


def _added(heats: Iterable[Sequence[int]]) -> list[int]:
    """The counts of several heats by their power of two."""
    return [*map(sum, zip_longest(*heats, fillvalue=0))]


def _level(count: int, most: int) -> int:
    """0 for an empty cell; 1 to 4 by the logarithm, so that a few slow requests are seen among many fast ones."""
    if not count:
        return 0
    return min(4, 1 + int(4 * math.log(count) / math.log(most))) if most > 1 else 4


def _line(label: str, levels: Sequence[int], look: Look) -> Painted:
    glyphs = _BLOCKS if look.blocks else _ASCII
    cells = "".join(look.paint(glyphs[level] * len([*same]), *_STYLES[level]) for level, same in groupby(levels))
    return look.paint(f"{label:>{_LABEL}}", "dim") + f" {cells}", _LABEL + 1 + len(levels)


def _times(steps: Sequence[Step], used: int, room: int, look: Look) -> Painted:
    """From when to when it is: the end stands below the last column, or as near to it as there is room."""
    begin, end = (format_duration(float(int(at_s))) for at_s in (steps[0].at_s, steps[-1].at_s + steps[-1].for_s))
    text = " " * (_LABEL + 1) + begin + "  " + end.rjust(used - len(begin) - 2)
    text = clip(text, _LABEL + 1 + room)
    return look.paint(text, "dim"), len(text)
