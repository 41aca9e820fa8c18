"""Progress on a terminal: a row for each target that is not ready yet, under the lines of those that are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.wait import render
from wherry.commands.wait.events import Looked, Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.wait.events import Event, Status
    from wherry.ui.paint import Paint
    from wherry.ui.progress import Block


class Live:
    """Paints at each tick; between them it only takes note."""

    def __init__(self, block: Block, paint: Paint, statuses: Sequence[Status]) -> None:
        self._block = block
        self._paint = paint
        self._statuses = list(statuses)
        self._names = render.name_width(statuses)
        self._above: list[str] = []

    def tell(self, event: Event) -> None:
        """Take note of an attempt; at the end take the rows away, so that lines can follow."""
        if isinstance(event, Looked):
            self._statuses[event.index] = event.status
            if event.status.standing is Standing.READY:
                self._above.append(render.line(event.status, self._names, self._paint))
        else:
            self._block.paint([], self._take_above())

    def tick(self, seconds: float) -> None:
        """Paint how things stand ``seconds`` after the start."""
        columns, rows = self._block.size
        waiting = [status for status in self._statuses if status.standing is not Standing.READY]
        shown = waiting if len(waiting) <= rows else waiting[: rows - 1]
        lines = [render.live_line(status, seconds, columns, self._names, self._paint) for status in shown]
        if len(shown) < len(waiting):
            ready = len(self._statuses) - len(waiting)
            lines.append(render.more_line(len(waiting) - len(shown), ready, columns, self._paint))
        self._block.paint(lines, self._take_above())

    def _take_above(self) -> list[str]:
        above, self._above = self._above, []
        return above
