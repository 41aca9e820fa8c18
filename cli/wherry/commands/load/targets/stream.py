"""Bytes that come when they come: read to their end, or as long as there is time."""

from __future__ import annotations

import os
import select
import sys
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    Left: TypeAlias = Callable[[], float | None]
    """Seconds that are left, None where nothing bounds them. Raises DeadlinePassed when there are none."""

_CHUNK: Final = 256 * 1024
# A signal that comes just before we wait does not end the waiting, and is only heard when that ends.
_LONGEST_S: Final = 0.5


def unbounded() -> None:
    """There is time without end."""


def pieces(file: IO[bytes], left: Left) -> Iterator[bytes]:
    """What comes from ``file``, of which nothing was read before. Raises OSError, and what ``left`` does."""
    descriptor = file.fileno()
    while True:
        seconds = left()
        wait_s = _LONGEST_S if seconds is None else min(seconds, _LONGEST_S)
        # Windows waits for nothing but sockets: there, a pipe that stays silent holds us.
        if sys.platform != "win32" and not select.select([descriptor], [], [], wait_s)[0]:
            continue
        piece = os.read(descriptor, _CHUNK)
        if not piece:
            return
        yield piece
