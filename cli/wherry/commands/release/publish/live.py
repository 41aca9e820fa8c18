"""Tells people what happens: a line an event, and on a terminal a row for each file on its way."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from wherry.commands.release.publish import render
from wherry.commands.release.publish.events import Moving, Noted, Settled, Verified

if TYPE_CHECKING:
    from wherry.commands.release.publish.events import Event
    from wherry.ui.env import Env
    from wherry.ui.progress import Block

_EVERY_S: Final = 0.1


class Narrator:
    """Called with each event."""

    def __init__(self, env: Env) -> None:
        from wherry.ui.progress import Block, can_repaint, terminal_size

        self._console = env.console
        self._path = env.command_path
        self._block: Block | None = None
        self._moving: dict[str, Moving] = {}
        self._painted = 0.0
        if not env.console.quiet and can_repaint(sys.stderr, os.environ):
            self._block = Block(_write, lambda: terminal_size(sys.stderr))

    def __call__(self, event: Event) -> None:
        if isinstance(event, Moving):
            self._moving[event.name] = event
            if self._block and time.monotonic() - self._painted >= _EVERY_S:
                self._painted = time.monotonic()
                columns, rows = self._block.size
                self._block.paint([render.moving_line(each, columns) for each in [*self._moving.values()][:rows]])
            return
        if isinstance(event, Settled | Verified):
            self._moving.pop(event.name, None)
        words = render.line(event)
        if words is not None:
            self.close()
            tell = self._console.alert if isinstance(event, Noted) and event.alert else self._console.err
            tell(f"{self._path}: {words}")

    def close(self) -> None:
        """Take the rows away."""
        if self._block:
            self._block.close()
            self._painted = 0.0


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
