"""A file that can be read from any place in it: the one named, or a copy of what can be read once only."""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from wherry.commands.load.targets.stream import pieces
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.load.targets.stream import Left

STDIN: Final = "-"


class Opened(NamedTuple):
    """``name`` is for people; ``path`` leads to the same bytes as ``file``, for other processes too."""

    name: str
    path: str
    file: IO[bytes]


@contextmanager
def opened(path: str, left: Left) -> Iterator[Opened]:
    """The file at ``path``, or standard input for ``-``; a copy of it is gone when the block ends.

    Raises UsageError where it cannot be read, WherryError where no copy can be made, and what ``left`` raises.
    """
    name = "standard input" if path == STDIN else path
    try:
        source: IO[bytes] = os.fdopen(os.dup(sys.stdin.fileno()), "rb") if path == STDIN else Path(path).open("rb")  # noqa: SIM115
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise UsageError(f"reading {name}: {reason}") from None
    with source:
        if stat.S_ISREG(os.fstat(source.fileno()).st_mode) and path != STDIN:
            yield Opened(name, path, source)
            return
        with _copied(source, name, left) as (copy, file):
            yield Opened(name, copy, file)


@contextmanager
def _copied(source: IO[bytes], name: str, left: Left) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        descriptor, copy = tempfile.mkstemp(prefix="wherry-targets-")
    except OSError as exc:
        raise WherryError(f"keeping {name}: {exc.strerror}") from exc
    try:
        with os.fdopen(descriptor, "w+b") as file:
            try:
                file.writelines(pieces(source, left))
                file.flush()
            except OSError as exc:
                raise WherryError(f"keeping {name}: {exc.strerror}") from exc
            file.seek(0)
            yield copy, file
    finally:
        with suppress(OSError):
            Path(copy).unlink()
