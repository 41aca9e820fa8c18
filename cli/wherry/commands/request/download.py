"""A body into a file: whole or not at all, and resumable."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import sys
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.request.events import Receiving, Resuming
from wherry.commands.request.sink import Restart
from wherry.core.quantity import format_size
from wherry.core.record import Record
from wherry.core.resume import content_range, validator_of
from wherry.errors import WherryError
from wherry.ui.wholefile import whole_path, writing_failed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wherry.commands.request.events import Event, Headers
    from wherry.net.http import Response

_PART: Final = ".part"
_NOTE: Final = ".part.json"


class Note(Record):
    """What is kept beside a partial file: of which URL it is, and what tells that it is still the same there."""

    url: str
    validator: str


class Download:
    """Takes a body into ``path`` by way of ``path.part``, which takes its place only in :meth:`commit`.

    A partial file that can be resumed stays where a run ends early; ``resume`` goes on with it. Opening it is the first
    thing done, so that nothing is sent where nothing could be written.
    """

    restartable = True

    def __init__(self, path: Path, url: str, emit: Callable[[Event], None], *, resume: bool) -> None:
        self.path = whole_path(path)
        self._part = self.path.with_name(self.path.name + _PART)
        self._note_path = self.path.with_name(self.path.name + _NOTE)
        self._url = url
        self._emit = emit
        self._validator: str | None = None
        try:
            self._file: IO[bytes] = self._part.open("a+b")
            _lock(self._file, self._part)
        except OSError as exc:
            raise writing_failed(self._part, exc) from exc
        note = _load_note(self._note_path) if resume else None
        if note is not None and note.url == url:
            self._validator = note.validator
        else:
            self._file.truncate(0)
        self.size = self._file.seek(0, os.SEEK_END)

    def headers(self) -> Headers:
        # A coded body could not be resumed: its bytes are not those of the file.
        asked: Headers = (("Accept-Encoding", "identity"),)
        if self.size and self._validator:
            asked += (("Range", f"bytes={self.size}-"), ("If-Range", self._validator))
        elif self.size:
            self._begin()
        return asked

    def accepts(self, status: int) -> bool:
        return status == 416 and self.size > 0

    async def take(self, response: Response, alive: Callable[[], None]) -> bytes | None:
        if response.status == 416:
            total = content_range(response.header("content-range")).total
            if total == self.size:
                return None
            self._begin()
            raise Restart(f"{self._part.name} is longer than what the server has")
        if response.status == 206 and self.size:
            if content_range(response.header("content-range")).start != self.size:
                self._begin()
                raise Restart("the server sent another range than the one asked for")
            self._emit(Resuming(self.path, self.size))
        else:
            self._begin()
        coded = (response.header("content-encoding") or "identity").lower() != "identity"
        # Bytes that were decoded are counted by no server: such a body begins anew when it breaks off.
        self._note(None if coded or (response.status == 206 and not self.size) else self._validator_of(response))
        length = response.header("content-length") or ""
        total = self.size + int(length) if length.isascii() and length.isdecimal() and not coded else None
        try:
            async for chunk in response.chunks():
                self._file.write(chunk)
                self.size += len(chunk)
                alive()
                self._emit(Receiving(self.path, self.size, total))
            self._file.flush()
        except OSError as exc:
            raise writing_failed(self._part, exc) from exc
        return None

    def read(self, limit: int) -> bytes:
        """What was taken, for conditions on it. Raises WherryError beyond ``limit`` bytes."""
        if self.size > limit:
            raise WherryError(f"the body is larger than {format_size(limit)}, too large to look into")
        self._file.flush()
        self._file.seek(0)
        return self._file.read()

    async def commit(self) -> None:
        """Put the file in its place. Raises WherryError, and leaves the partial file where that fails."""
        try:
            self._file.flush()
            await asyncio.to_thread(os.fsync, self._file.fileno())
            with suppress(FileNotFoundError):
                self._part.chmod(stat.S_IMODE(self.path.stat().st_mode))
            self._file.close()
            self._part.replace(self.path)
        except OSError as exc:
            raise writing_failed(self.path, exc) from exc
        self._note_path.unlink(missing_ok=True)

    def leave(self) -> bool:
        """End without the file; whether something stays that can be resumed."""
        if self._file.closed:
            return False
        kept = self.size > 0 and self._validator is not None
        with suppress(OSError):
            self._file.close()
            if not kept:
                self._part.unlink(missing_ok=True)
                self._note_path.unlink(missing_ok=True)
        return kept

    def _begin(self) -> None:
        self._validator = None
        self._file.seek(0)
        self._file.truncate()
        self.size = 0

    def _validator_of(self, response: Response) -> str | None:
        return validator_of(response.headers) or (self._validator if response.status == 206 else None)

    def _note(self, validator: str | None) -> None:
        self._validator = validator
        try:
            if validator is None:
                self._note_path.unlink(missing_ok=True)
            else:
                self._note_path.write_text(json.dumps({"url": self._url, "validator": validator}), "utf-8")
        except OSError as exc:
            raise writing_failed(self._note_path, exc) from exc


def _load_note(path: Path) -> Note | None:
    try:
        data = json.loads(path.read_text("utf-8"))
        return Note(str(data["url"]), str(data["validator"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _lock(file: IO[bytes], path: Path) -> None:
    """Keep two runs from writing the same partial file. Raises WherryError where another one does."""
    if sys.platform != "win32":
        import fcntl

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WherryError(f"{path} is being written by another wherry") from None
        except OSError:
            pass  # some network file systems know no locks
