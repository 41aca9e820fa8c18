"""Files and links of a release in a folder, each of which appears whole under its name, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import stat
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from wherry.commands.release.forges.store import Upload

PART: Final = ".part"
"""How the names of what is being made end; they begin with a dot."""
_PIECE: Final = 1024 * 1024
# What every file system takes, and no shell or web server reads as more than a name.
_NAME: Final = re.compile(r"\w(?:[\w.+~@,=-]*[\w+~@,=-])?")
_LONGEST: Final = 200


def one_name(text: str, what: str) -> str:
    """``text``, which is a single, visible name on every file system. Raises UsageError; ``what`` says whose it is."""
    if not _NAME.fullmatch(text) or len(text.encode("utf-8", "surrogateescape")) > _LONGEST:
        raise UsageError(f"{what} {text!r} cannot be the name of a file or folder everywhere")
    return text


@contextmanager
def told(what: str, path: Path) -> Iterator[None]:
    """Turn an OSError into a WherryError that says ``what`` was done, in a gerund, and with which path."""
    try:
        yield
    except OSError as exc:
        raise WherryError(f"{what} {path}: {exc.strerror or exc}") from exc


def is_folder(path: Path) -> bool:
    """Whether it is there. Raises WherryError for anything but a folder, a link to one among them."""
    return _is(path, stat.S_ISDIR, "folder")


def is_file(path: Path) -> bool:
    """Whether it is there. Raises WherryError for anything but a regular file, a link to one among them."""
    return _is(path, stat.S_ISREG, "file")


def _is(path: Path, kind: Callable[[int], bool], word: str) -> bool:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    except OSError as exc:
        raise WherryError(f"looking at {path}: {exc.strerror or exc}") from exc
    if not kind(mode):
        raise WherryError(f"{path} is in the way: it is {'a link' if stat.S_ISLNK(mode) else f'no {word}'}")
    return True


async def copy(file: Upload, target: Path, progress: Callable[[int], None]) -> None:
    """Put ``file`` under the name ``target``, which it replaces once all of it is on the disk.

    ``progress`` gets the bytes copied so far. Raises WherryError, also when the file is no longer what it was.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}{PART}")
    try:
        with told("writing", target):
            if await _write(file, part, progress) != file.sha256:
                raise WherryError(f"reading {file.path}: it is not what it was when its checksum was made")
            part.replace(target)
            sync_folder(target.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


async def _write(file: Upload, part: Path, progress: Callable[[int], None]) -> str:
    """The SHA-256 of what was written, in hex."""
    digest, sent = hashlib.sha256(), 0
    with told("reading", file.path):
        source = file.path.open("rb")
    # Not by tempfile, whose files only their owner can read: a web server is to show this one.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with source, os.fdopen(os.open(part, flags, 0o666), "wb") as sink:
        while piece := await _read(source.read, file.path):
            await asyncio.to_thread(sink.write, piece)
            digest.update(piece)
            sent += len(piece)
            progress(sent)
        sink.flush()
        await asyncio.to_thread(os.fsync, sink.fileno())
    return digest.hexdigest()


async def _read(read: Callable[[int], bytes], path: Path) -> bytes:
    with told("reading", path):
        return await asyncio.to_thread(read, _PIECE)


async def pieces(path: Path) -> AsyncIterator[bytes]:
    """What is in a file. Raises WherryError."""
    with told("reading", path):
        source = path.open("rb")
    with source:
        while piece := await _read(source.read, path):
            yield piece


def remove_parts(folder: Path) -> None:
    """Take away what a run that was killed left half made."""
    with told("tidying", folder):
        for each in folder.glob(f".*{PART}"):
            each.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Have the names in it outlive a loss of power. Windows has no such call, and does it by itself."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def point(link: Path, to: str) -> None:
    """Have a symbolic link called ``link`` point to ``to`` beside it, at once if it was another."""
    part = link.with_name(f".{link.name}{PART}")
    with told("linking", link):
        part.unlink(missing_ok=True)
        part.symlink_to(to, target_is_directory=True)
        part.replace(link)
