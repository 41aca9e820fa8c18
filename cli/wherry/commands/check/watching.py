"""The table of --watch while checks run."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from wherry.commands.check.audience import Audience, Watched
from wherry.commands.check.watch import Place, Watch, place
from wherry.ui.progress import Block, can_repaint, terminal_size

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from wherry.commands.check.options import Options
    from wherry.commands.check.report.reporter import Reporter
    from wherry.ui.env import Env

_FRAME_S: Final = 0.1


@asynccontextmanager
async def watched(options: Options, reports: Reporter, env: Env) -> AsyncIterator[Audience | Watched]:
    """The reports with a table, where there is a terminal for it, and without one where there is none."""
    stream = sys.stderr
    repaints = not env.console.quiet and can_repaint(stream, os.environ)
    where = place(options.choices, can_repaint=repaints, stdout_tty=env.console.stdout_tty)
    if where is Place.NONE:
        yield Audience(reports)
        return

    def write(text: str) -> None:
        with suppress(OSError, ValueError):  # a terminal that is gone is no reason to stop checking
            stream.write(env.redactor.mask(text))
            stream.flush()

    before_text = where is Place.BEFORE_TEXT
    table = Watch(Block(write, lambda: terminal_size(stream)), env.console.paint_err, before_text=before_text)
    ticking = asyncio.create_task(_tick(table))
    try:
        yield Watched(reports, table, after=before_text, quiet=ticking.cancel)
    finally:
        ticking.cancel()
        table.close()


async def _tick(table: Watch) -> None:
    since = time.monotonic()
    while True:
        await asyncio.sleep(_FRAME_S)
        table.tick(time.monotonic() - since)
