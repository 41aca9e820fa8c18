"""Tells people on stderr what happens: a line an event, and on a terminal a line that follows a download."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Final

from wherry.commands.request.events import DETAILS, Receiving

if TYPE_CHECKING:
    from wherry.commands.request.events import Event
    from wherry.ui.env import Env
    from wherry.ui.progress import Block

# A download is worth a line once it takes this long, and the line is painted anew this often.
_PATIENCE_S: Final = 0.5
_EVERY_S: Final = 0.1


class Narrator:
    """Called with each event. What few runs say is imported when it is said."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._meter: Meter | None = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, Receiving):
            if self._env.console.stderr_tty and not self._env.console.quiet:
                self._meter = self._meter or Meter()
                self._meter.show(event, time.monotonic())
            return
        self.close()
        if isinstance(event, DETAILS) and not self._env.verbosity:
            return
        from wherry.commands.request import render

        text = render.line(event, self._env.verbosity, self._env.console.paint_err)
        if text is not None:
            is_head = isinstance(event, DETAILS[:2])
            self._env.console.err(text if is_head else f"{self._env.command_path}: {text}")

    def close(self) -> None:
        """Take the line of a download away."""
        if self._meter is not None:
            self._meter.close()
            self._meter = None


class Meter:
    """How far a download is, painted over again and again at the bottom of the terminal."""

    def __init__(self) -> None:
        self._block: Block | None = None
        self._began: tuple[float, int] | None = None
        self._painted = 0.0

    def show(self, event: Receiving, now: float) -> None:
        """Paint ``event`` where it is time for it; the rate is of what came since the first call."""
        if self._began is None:
            self._began = (now, event.size)
        since, size = self._began
        if now - since < _PATIENCE_S or now - self._painted < _EVERY_S:
            return
        from wherry.commands.request.render import progress
        from wherry.ui.progress import Block, can_repaint, cells, terminal_size

        if self._block is None:
            if not can_repaint(sys.stderr, os.environ):
                return
            self._block = Block(_write, lambda: terminal_size(sys.stderr))
        self._painted = now
        line = progress(event, (event.size - size) / (now - since), self._block.size[0])
        self._block.paint([(line, cells(line))])

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._block is not None:
            self._block.close()


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
