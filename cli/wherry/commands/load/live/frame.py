"""The whole picture of a run that goes on, as a function of how it stands and how much room there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.commands.load.live import heat
from wherry.commands.load.live.parts import failures, latency, outcome, passed, rates, statuses
from wherry.commands.load.report import words
from wherry.ui.plain import one_line
from wherry.ui.progress import cells, clip, pad

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.events import Progress
    from wherry.commands.load.live.look import Look, Painted
    from wherry.commands.load.live.parts import Shown
    from wherry.commands.load.record import Plan

# Below so many columns there are no labels: what stands behind them can be understood without.
_NARROW: Final = 60
_LABEL: Final = 10
_GAP: Final = 2


def frame(plan: Plan, progress: Progress, columns: int, rows: int, look: Look) -> list[Painted]:
    """At most ``rows`` lines of at most ``columns``.

    Where not all has room, what matters least goes: the heat strip, failures, what was asked for, and so on.
    """
    lines = [_passed(progress, columns, look)]
    sections = [
        [_plain(words.asked(plan), columns, look, "bold"), _plain(words.planned(plan), columns, look, "dim")],
        _row("rate", rates(progress), columns, look),
        _row("latency", latency(progress), columns, look),
        _row("requests", outcome(progress), columns, look),
        _row("statuses", statuses(progress), columns, look),
        *_failures(progress, columns, look),
    ]
    head, *others = sections
    kept: list[Painted] = []
    for section in others:
        if len(lines) + len(kept) + len(section) > rows:
            break
        kept += section
    if len(lines) + len(kept) + len(head) <= rows:
        lines = [*head, *lines]
    lines += kept
    left = rows - len(lines) - 1  # an empty line stands before the strip
    strip = heat.strip(progress.steps, columns, left, look)
    return [*lines, ("", 0), *strip] if strip else lines


def _passed(progress: Progress, columns: int, look: Look) -> Painted:
    """Where the run is: stage, time, a bar where its end is known, and what is left."""
    stage, before, after = passed(progress)
    text = f"{stage}  {before}"
    room = columns - cells(text) - (len(after) + _GAP if after else 0) - _GAP
    if progress.done is None or room < _LABEL:
        shown = clip(f"{text}{', ' if after else ''}{after}", columns)
        return look.paint(shown, "bold"), cells(shown)
    full = int(room * progress.done)
    bar = ("━" * full, "╌" * (room - full)) if look.blocks else ("=" * full, "-" * (room - full))
    line = f"{look.paint(text, 'bold')}  {look.paint(bar[0], 'green')}{look.paint(bar[1], 'dim')}"
    return (f"{line}  {after}", columns) if after else (line, cells(text) + _GAP + room)


def _plain(text: str, columns: int, look: Look, *styles: str) -> Painted:
    shown = clip(one_line(text), columns)
    return look.paint(shown, *styles), cells(shown)


def _failures(progress: Progress, columns: int, look: Look) -> list[list[Painted]]:
    """A line for each of the most frequent ones."""
    lines = []
    label = "failures" if columns >= _NARROW else ""
    for text, *styles in failures(progress):
        start = pad(label, _LABEL) if columns >= _NARROW else ""
        shown = clip(one_line(text), columns - len(start))
        lines.append([(look.paint(start, "dim") + look.paint(shown, *styles), len(start) + cells(shown))])
        label = ""
    return lines


def _row(label: str, parts: Sequence[Shown], columns: int, look: Look) -> list[Painted]:
    """``parts`` beside each other behind their label, on as many lines as they need."""
    indent = _LABEL if columns >= _NARROW else 0
    lines: list[Painted] = []
    line, used = look.paint(pad(label, indent), "dim"), indent
    for text, *styles in parts:
        shown = clip(text, columns - indent)
        gap = _GAP if used > indent else 0
        if gap and used + gap + cells(shown) > columns:
            lines.append((line, used))
            line, used, gap = " " * indent, indent, 0
        line += " " * gap + look.paint(shown, *styles)
        used += gap + cells(shown)
    return [*lines, (line, used)] if parts else []
