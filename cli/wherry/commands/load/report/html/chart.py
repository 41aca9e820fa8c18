"""The frame of a chart in SVG: its marks and their words, and what is drawn between them.

What is drawn is stretched to the width there is, words are not: the drawing is an inner picture of `WIDTH` by `HEIGHT`
units without an aspect ratio of its own, and words stand at percentages of the outer one. The space around it for the
words is the style's. Nothing has a style attribute, which the page's own policy forbids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wherry.ui.html.scale import Scale

WIDTH: Final = 10_000
HEIGHT: Final = 1_000
# Of more words than this along the time or the percentiles, each second one is for wide windows only.
_MOST_NARROW: Final = 5


class Axis(Record):
    """A scale, and the word at each of its marks."""

    scale: Scale
    words: tuple[str, ...]

    @classmethod
    def of(cls, scale: Scale, word: Callable[[float], str]) -> Axis:
        """With ``word`` of each mark's value."""
        return cls(scale, tuple(map(word, scale.marks)))


def chart(x: Axis, y: Axis, drawing: Iterable[str], words: str, *, table: str, columns: Sequence[int]) -> str:
    """A chart; ``words``, escaped already, say what is to be seen in it to those who do not see it.

    The script reads what it says of a place from ``columns`` of the rows of the table with the id ``table``.
    """
    across = "".join(f"M{place(x.scale, mark, WIDTH)} 0v{HEIGHT}" for mark in x.scale.marks)
    up = "".join(f"M0 {HEIGHT - place(y.scale, mark, HEIGHT)}h{WIDTH}" for mark in y.scale.marks)
    thin = len(x.words) > _MOST_NARROW
    below = "".join(
        f'<text x="{_percent(x.scale.place(mark))}" y="100%" dy="1.5em"{_class(thin and number % 2)}>{word}</text>'
        for number, (mark, word) in enumerate(zip(x.scale.marks, x.words, strict=True))
    )
    beside = "".join(
        f'<text x="0" y="{_percent(1 - y.scale.place(mark))}" dx="-.5em" dy=".35em">{word}</text>'
        for mark, word in zip(y.scale.marks, y.words, strict=True)
    )
    return (
        f'<div class="plot" data-table="{table}" data-columns="{" ".join(map(str, columns))}">'
        f'<svg role="img" aria-label="{words}"><g class="x">{below}</g><g class="y">{beside}</g>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" height="100%" preserveAspectRatio="none">'
        f'<path class="grid" d="{across}{up}"/>{"".join(drawing)}</svg></svg></div>\n'
    )


def line(of: str, points: Iterable[tuple[int, int] | None]) -> str:
    """A line of the class ``of`` through ``points``, with a gap at each None; a point alone is a dot."""
    parts: list[str] = []
    begun = False
    for point in points:
        if point is None:
            begun = False
            continue
        at, up = point
        parts.append(f"L{at} {HEIGHT - up}" if begun else f"M{at} {HEIGHT - up}h0")
        begun = True
    return f'<path class="{of}" d="{"".join(parts)}"/>' if parts else ""


def place(scale: Scale, value: float, length: int) -> int:
    """Where ``value`` stands on an axis that is ``length`` units long."""
    return round(scale.place(value) * length)


def key(entries: Iterable[tuple[str, str]]) -> str:
    """What the colours stand for: (class, words)."""
    shown = "".join(f'<li><i class="{of}"></i>{words}</li>' for of, words in entries)
    return f'<ul class="key" aria-label="Colours">{shown}</ul>\n'


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%".replace(".00%", "%")


def _class(wide: object) -> str:
    return ' class="wide"' if wide else ""
