"""Lines at the bottom of a terminal that are painted over again and again.

Written here rather than taken from rich because most runs of `wherry wait` last milliseconds, and so that there is
nothing to restore: the cursor is never hidden and always left on the empty line below, so a process that is killed in
the middle leaves a terminal that works.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wherry.core.quantity import format_duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TextIO

_NO_WRAP: Final = "\x1b[?7l"
_WRAP: Final = "\x1b[?7h"
_ERASE_LINE: Final = "\x1b[K"
_ERASE_BELOW: Final = "\x1b[J"
_ELLIPSIS: Final = "…"


def cells(text: str) -> int:
    """Columns that ``text`` (without control characters) takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(map(_cells_of, text))


def clip(text: str, width: int) -> str:
    """``text`` in at most ``width`` columns; what does not fit gives way to an ellipsis."""
    if width <= 0:
        return ""
    if cells(text) <= width:
        return text
    room = width - 1
    kept = []
    for character in text:
        room -= _cells_of(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept) + _ELLIPSIS


def pad(text: str, width: int) -> str:
    """``text`` clipped, or filled with spaces, to exactly ``width`` columns."""
    text = clip(text, width)
    return text + " " * (width - cells(text))


def clock(seconds: float) -> str:
    """Seconds for what is painted often: tenths first, then whole ones, so that it does not flicker."""
    return f"{seconds:.1f}s" if seconds < 10 else format_duration(float(int(seconds)))


def _cells_of(character: str) -> int:
    from unicodedata import category, east_asian_width

    if category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(character) in ("W", "F") else 1


class Block:
    """Paints lines below everything written before, in one write each time.

    ``size`` returns (columns, rows); it is asked anew each time, so a resized terminal is painted right the next time.
    """

    def __init__(self, write: Callable[[str], None], size: Callable[[], tuple[int, int]]) -> None:
        self._write = write
        self._size = size
        self._painted: list[tuple[str, int]] = []

    @property
    def size(self) -> tuple[int, int]:
        """Columns, and the lines that fit: a row less than the terminal has, for the cursor."""
        columns, rows = self._size()
        return columns, max(rows - 1, 1)

    def paint(self, lines: Sequence[tuple[str, int]], above: Iterable[str] = ()) -> None:
        """Show ``lines``, each with its number of columns, in place of those before.

        ``above`` are lines that stay: they are written in front and may wrap. Nothing is written where nothing changed.
        """
        staying = list(above)
        if not staying and self._painted == list(lines):
            return
        parts = [self._to_top()]
        if staying:
            parts.append(_ERASE_BELOW)
            parts.extend(f"{line}\n" for line in staying)
        if lines:
            parts.append(_NO_WRAP)
            # Erased before it is written: with wrapping off, the cursor stands on the last column of a full line.
            parts.extend(f"{_ERASE_LINE}{line}\n" for line, _ in lines)
            parts.append(_WRAP)
        parts.append(_ERASE_BELOW)
        self._painted = list(lines)
        self._write("".join(parts))

    def close(self) -> None:
        """Take the lines away."""
        self.paint([])

    def _to_top(self) -> str:
        columns = max(self._size()[0], 1)
        # A terminal that has become narrower has broken the lines it had: each takes more rows now.
        rows = sum(max(1, -(-width // columns)) for _, width in self._painted)
        return f"\r\x1b[{rows}A" if rows else ""


def block_on(stream: TextIO, mask: Callable[[str], str]) -> Block:
    """A block on the terminal behind ``stream``; ``mask`` hides the secrets of what is written."""

    def write(text: str) -> None:
        with suppress(OSError, ValueError):  # a terminal that is gone is no reason to stop what it would tell of
            stream.write(mask(text))
            stream.flush()

    return Block(write, lambda: terminal_size(stream))


def terminal_size(stream: TextIO) -> tuple[int, int]:
    """(columns, rows) of the terminal behind ``stream``; 80 and 24 where it does not say."""
    try:
        found = os.get_terminal_size(stream.fileno())
    except (OSError, ValueError):
        return 80, 24
    return found.columns or 80, found.lines or 24


def can_repaint(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether ``stream`` is a terminal that moves its cursor when told to. The log of a CI job is none."""
    if not stream.isatty() or environ.get("TERM") == "dumb" or environ.get("CI"):
        return False
    return _enable_sequences(stream)


def _enable_sequences(stream: TextIO) -> bool:
    """Windows consoles obey escape sequences once asked to (ENABLE_VIRTUAL_TERMINAL_PROCESSING)."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        kernel = ctypes.windll.kernel32
        handle = msvcrt.get_osfhandle(stream.fileno())
        mode = ctypes.c_ulong()
        found = bool(kernel.GetConsoleMode(handle, ctypes.byref(mode)))
        return found and bool(kernel.SetConsoleMode(handle, mode.value | 0x0004))
    else:  # noqa: RET505  so that mypy sees each platform's own branch
        return True
