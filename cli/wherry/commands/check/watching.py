"""The table of --watch while checks run."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from wherry.commands.check.audience import Watched
from wherry.commands.check.watch import Place, Watch, place
from wherry.ui.progress import block_on, can_repaint

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wherry.commands.check.options import Options
    from wherry.commands.check.report.reporter import Reporter
    from wherry.ui.env import Env

_FRAME_S: Final = 0.1


def where(options: Options, env: Env) -> Place:
    """Where the table goes, for the reports that are chosen and the terminal that there is."""
    repaints = not env.console.quiet and not env.verbosity and can_repaint(sys.stderr, os.environ)
    return place(options.choices, can_repaint=repaints, stdout_tty=env.console.stdout_tty)


@asynccontextmanager
async def watched(reports: Reporter, at: Place, held: Sequence[str], env: Env) -> AsyncIterator[Watched]:
    """The reports with a table, which is not nowhere. What is ``held`` of them follows it on standard output."""
    table = Watch(block_on(sys.stderr, env.redactor.mask), env.console.paint_err, before_text=at is Place.BEFORE_TEXT)
    ticking = asyncio.create_task(_tick(table))
    try:
        yield Watched(
            reports, table, held=held, show=lambda text: env.console.out_bytes(text.encode()), quiet=ticking.cancel
        )
    finally:
        ticking.cancel()
        table.close()


async def _tick(table: Watch) -> None:
    since = time.monotonic()
    while True:
        await asyncio.sleep(_FRAME_S)
        table.tick(time.monotonic() - since)
