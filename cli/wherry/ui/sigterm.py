"""SIGTERM outside of an event loop, which has its own way to heed it."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wherry.errors import ExitCode, Interrupted

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def heeding_sigterm() -> Iterator[None]:
    """SIGTERM raises Interrupted in the block, so that what it began is cleared away, as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise Interrupted(ExitCode.SIGTERM)

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
