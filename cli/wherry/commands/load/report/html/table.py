"""Tables of numbers: they scroll in themselves where a window is narrow, and open where they are long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.quantity import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(
    anchor: str, head: Sequence[str], rows: Iterable[tuple[float | None, Sequence[str]]], *, words: int = 0
) -> str:
    """A table with the id ``anchor``; all cells are escaped already.

    A row is where it stands in a chart, of 0 to 1 and None where in none, and its cells. The first heads its row. The
    last ``words`` columns are text, the others numbers.
    """
    names = "".join(
        f'<th scope="col"{_words(len(head) - place <= words)}>{name}</th>' for place, name in enumerate(head)
    )
    lines = "".join(f"{_row(at, cells, words)}\n" for at, cells in rows)
    return f'<table id="{anchor}"><thead><tr>{names}</tr></thead><tbody>\n{lines}</tbody></table>\n'


def scrolling(name: str, inside: str) -> str:
    """``inside`` in a box that closes, and that scrolls by keys too."""
    return f"<details><summary>{name}</summary>{box(name, inside)}</details>\n"


def box(name: str, inside: str) -> str:
    """``inside``, which may be wider than the window."""
    return f'<div class="box" role="region" aria-label="{name}" tabindex="0">{inside}</div>\n'


def time(us: float | None) -> str:
    """Microseconds for people."""
    return "-" if us is None else format_duration(us / 1_000_000)


def _row(at: float | None, cells: Sequence[str], words: int) -> str:
    first, *others = cells
    place = "" if at is None else f' data-x="{at:.4f}"'
    shown = "".join(f"<td{_words(len(others) - number <= words)}>{cell}</td>" for number, cell in enumerate(others))
    return f'<tr{place}><th scope="row">{first}</th>{shown}</tr>'


def _words(is_text: object) -> str:
    return ' class="t"' if is_text else ""
