"""Progress where nothing can be painted over: a line when something changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.wait import render
from wherry.commands.wait.events import Looked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.wait.events import Event, Status
    from wherry.ui.console import Console


class Plain:
    """One line when the reason that a target is not ready changes, and one when it is ready; every attempt with -v."""

    def __init__(self, console: Console, statuses: Sequence[Status], *, every_attempt: bool) -> None:
        self._console = console
        self._names = render.name_width(statuses)
        self._every_attempt = every_attempt
        self._told: dict[int, tuple[object, ...]] = {}

    def tell(self, event: Event) -> None:
        """Say what is new in ``event``."""
        if not isinstance(event, Looked):
            return
        change = render.change(event.status)
        if self._every_attempt or self._told.get(event.index) != change:
            self._told[event.index] = change
            self._console.err(render.line(event.status, self._names, self._console.paint_err))

    def tick(self, seconds: float) -> None:
        """Time alone is no news here."""
