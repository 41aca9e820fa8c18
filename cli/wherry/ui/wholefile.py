"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from types import TracebackType


class WholeFile:
    """Takes text or bytes beside ``path``, which they replace when the block ends without an exception.

    A device or pipe is written to as it is. Raises UsageError for a folder, WherryError where writing fails.
    """

    def __init__(self, path: Path) -> None:
        self._path = whole_path(path)
        self._direct = is_special(self._path)
        self._name: str | None = None
        try:
            if self._direct:
                self._file: IO[bytes] = self._path.open("wb")
            else:
                import tempfile

                handle, self._name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
                self._file = os.fdopen(handle, "wb")
        except OSError as exc:
            raise writing_failed(self._path, exc) from exc

    def __enter__(self) -> WholeFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, _exc: object, _traceback: TracebackType | None) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()

    def finish(self) -> None:
        """Put it in its place. Raises WherryError, and nothing has changed, where that fails."""
        try:
            self._file.flush()
            if self._name is not None:
                os.fsync(self._file.fileno())
                Path(self._name).chmod(self._mode())
            self._file.close()
            if self._name is not None:
                Path(self._name).replace(self._path)
                self._name = None
        except OSError as exc:
            self.discard()
            raise writing_failed(self._path, exc) from exc

    def discard(self) -> None:
        """Leave everything as it was before. Nothing where it is in its place already."""
        with suppress(OSError):  # what could not be written is not wanted
            self._file.close()
        if self._name is not None:
            with suppress(OSError):
                Path(self._name).unlink()
            self._name = None

    def write(self, data: bytes) -> None:
        """Add ``data``."""
        try:
            self._file.write(data)
        except OSError as exc:
            raise writing_failed(self._path, exc) from exc

    def line(self, text: str) -> None:
        """Add a line of text."""
        self.write(text.encode("utf-8", "backslashreplace") + b"\n")

    def _mode(self) -> int:
        """That of the file replaced, else what a new file has."""
        try:
            return stat.S_IMODE(self._path.stat().st_mode)
        except FileNotFoundError:
            mask = os.umask(0o022)
            os.umask(mask)
            return 0o666 & ~mask


def whole_path(path: Path) -> Path:
    """Where a file of this name really is: a link stays a link. Raises UsageError for a folder."""
    if path.is_dir():
        raise UsageError(f"{path} is a folder; name a file in it")
    return path.resolve() if path.is_symlink() else path


def is_special(path: Path) -> bool:
    """Whether ``path`` is a device or pipe, which is written to and not replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def writing_failed(path: Path, exc: OSError) -> WherryError:
    """The one line about a file that could not be written."""
    return WherryError(f"writing {path}: {exc.strerror or exc}")
