"""Bodies that are read from files, from standard input and from both together."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from wherry.core import multipart
from wherry.core.record import Record
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from wherry.commands.request.body import Body

_CHUNK: Final = 256 * 1024
# What is read from standard input beyond this goes to a temporary file.
_IN_MEMORY: Final = 1024 * 1024
STDIN: Final = "-"


class FileBody(Record):
    """A regular file; its length is that of the moment it was looked at."""

    path: Path
    length: int

    async def chunks(self) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self.path.open, "rb")
        except OSError as exc:
            raise WherryError(f"reading {self.path}: {exc.strerror}") from exc
        with file:
            left = self.length
            while left:
                chunk = await asyncio.to_thread(file.read, min(_CHUNK, left))
                if not chunk:
                    raise WherryError(f"reading {self.path}: the file became shorter while it was sent")
                left -= len(chunk)
                yield chunk


class SpooledBody(Record):
    """What came from standard input or a pipe; the temporary file goes with it."""

    file: IO[bytes]
    length: int

    async def chunks(self) -> AsyncIterator[bytes]:
        self.file.seek(0)
        while chunk := await asyncio.to_thread(self.file.read, _CHUNK):
            yield chunk


class MultipartBody(Record):
    """Parts, each a head and a body of its own."""

    boundary: str
    parts: Sequence[tuple[multipart.PartHead, Body]]

    @property
    def length(self) -> int:
        ends = len(multipart.PART_END)
        inside = sum(len(head.encode(self.boundary)) + body.length + ends for head, body in self.parts)
        return inside + len(multipart.closing(self.boundary))

    async def chunks(self) -> AsyncIterator[bytes]:
        for head, body in self.parts:
            yield head.encode(self.boundary)
            async for chunk in body.chunks():
                yield chunk
            yield multipart.PART_END
        yield multipart.closing(self.boundary)


async def open_body(path: str) -> Body:
    """The body in the file ``path``, or on standard input for ``-``.

    Raises UsageError where it cannot be read. What is not a regular file is read to its end first.
    """
    if path == STDIN:
        return await _spool(sys.stdin.fileno(), "standard input", close=False)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as exc:
        raise UsageError(f"reading {path}: {exc.strerror}") from exc
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
        return await _spool(descriptor, path, close=True)
    os.close(descriptor)
    if stat.S_ISDIR(found.st_mode):
        raise UsageError(f"reading {path}: it is a folder")
    return FileBody(Path(path), found.st_size)


async def read_all(body: Body) -> bytes:
    """The whole body, for those that must be looked into."""
    return b"".join([chunk async for chunk in body.chunks()])


async def _spool(descriptor: int, name: str, *, close: bool) -> SpooledBody:
    """Read ``descriptor`` to its end, in a thread that does not hold up the end of the process."""
    import threading

    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  lives as long as the body

    def settle(error: OSError | None) -> None:
        if done.cancelled():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def copy() -> None:
        error = None
        try:
            # Not sys.stdin.buffer: a thread blocked in it holds its lock, and the interpreter cannot end.
            while chunk := os.read(descriptor, _CHUNK):
                file.write(chunk)
        except OSError as exc:
            error = exc
        finally:
            if close:
                os.close(descriptor)
        with suppress(RuntimeError):  # the loop has ended without us
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=copy, daemon=True, name="spool").start()
    try:
        await done
    except OSError as exc:
        raise UsageError(f"reading {name}: {exc.strerror}") from exc
    body = SpooledBody(file, file.tell())
    weakref.finalize(body, file.close)
    return body
