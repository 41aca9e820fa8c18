"""A file as the body of a request."""

from __future__ import annotations

import asyncio
from typing import IO, TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from wherry.commands.release.forges.store import Upload

_PIECE: Final = 256 * 1024


class FileBody(Record):
    """``file`` read in pieces; another attempt reads it anew.

    ``progress`` is given the bytes handed on so far: 0 at the beginning of each attempt.
    """

    file: Upload
    progress: Callable[[int], None]

    @property
    def length(self) -> int:
        return self.file.size

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes. Raises WherryError where the file cannot be read, or is not as long as it was."""
        sent = 0
        self.progress(0)
        try:
            with self._opened() as opened:
                while piece := await asyncio.to_thread(opened.read, _PIECE):
                    sent += len(piece)
                    if sent > self.length:
                        break
                    yield piece
                    self.progress(sent)
        except OSError as exc:
            raise WherryError(f"reading {self.file.path}: {exc.strerror or exc}") from exc
        if sent != self.length:
            raise WherryError(f"{self.file.path} is no longer of {self.length} bytes: it changed while it was sent")

    def _opened(self) -> IO[bytes]:
        # Not by a thread: cancelled meanwhile, what it opened would be nobody's to close.
        return self.file.path.open("rb")
