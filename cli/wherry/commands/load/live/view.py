"""Those who watch a run for a person: a picture that is painted over again, or a line now and then."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wherry.commands.load.events import Audience, Progress, Stage
from wherry.commands.load.live.frame import frame
from wherry.commands.load.live.parts import brief, summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from wherry.commands.load.events import Watcher
    from wherry.commands.load.live.look import Look
    from wherry.commands.load.record import Plan, Record
    from wherry.ui.env import Env
    from wherry.ui.progress import Block

_EVERY_S: Final = 10.0


@contextmanager
def watching(env: Env) -> Iterator[Watcher]:
    """Whoever watches a run in ``env``; nothing is left of the picture when the block ends, however it does.

    Standard error has the picture where it is a terminal. With ``--verbose`` a line is written each ten seconds
    instead, wherever that goes to; else nothing is.
    """
    import os
    import sys

    from wherry.commands.load.live.look import Look, shows_blocks
    from wherry.ui.progress import block_on, can_repaint

    if env.console.quiet:
        yield Audience(())
    elif env.verbosity:
        yield Lines(env.console.err)
    elif not can_repaint(sys.stderr, os.environ):
        yield Audience(())
    else:
        block = block_on(sys.stderr, env.redactor.mask)
        try:
            look = Look(env.console.paint_err, shows_blocks(os.environ))
            yield Picture(block, look, stays=not env.console.stdout_tty)
        finally:
            block.close()


class Picture:
    """Paints each time it is told something, into as much room as there is then.

    ``stays``: in the end a line is left of it, for no report follows on the terminal.
    """

    def __init__(self, block: Block, look: Look, *, stays: bool) -> None:
        self._block = block
        self._look = look
        self._stays = stays
        self._plan: Plan | None = None

    def begin(self, plan: Plan) -> None:
        """Show at once what is going to be done."""
        self._plan = plan
        stage = Stage.WARMING if plan.warmup_s else Stage.MEASURING
        endless = plan.requests is None and plan.duration_s is None
        self.progress(Progress(elapsed_s=0.0, stage=stage, done=None if endless else 0.0))

    def progress(self, progress: Progress) -> None:
        """Show how it stands."""
        assert self._plan is not None, "a run begins before it goes on"
        columns, rows = self._block.size
        self._block.paint(frame(self._plan, progress, columns, rows, self._look))

    def end(self, record: Record) -> None:
        """Give way to the reports."""
        self._block.paint([], [summary(record)] if self._stays else [])


class Lines:
    """Says how it stands each ten seconds."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._due_s = _EVERY_S

    def begin(self, plan: Plan) -> None:
        """Nothing is known yet."""

    def progress(self, progress: Progress) -> None:
        """Say it where it is time to."""
        if progress.elapsed_s >= self._due_s:
            self._due_s = (progress.elapsed_s // _EVERY_S + 1) * _EVERY_S
            self._say(brief(progress))

    def end(self, record: Record) -> None:
        """The reports say more."""
