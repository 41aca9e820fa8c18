"""Opening a file below a folder and never one outside it, whatever links lie on the way.

On POSIX the path is walked one name at a time from the folder's descriptor, each opened with O_NOFOLLOW in the one
before it, and symbolic links are read and walked the same way: what openat2(2) does with RESOLVE_BENEATH. Nothing is
checked first and opened later, so nobody can swap a folder for a link in between. Windows has no such calls: there the
real path is checked before and after opening.

Only files and folders are opened. A FIFO or device is refused by its kind before it is touched, and the flags keep
one that was put there a moment ago from blocking.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_LINKS: Final = 40
_LEADS_OUT: Final = "a symbolic link leads out of the served folder"


class Outside(WherryError):
    """A symbolic link on the way leads out of the folder."""


class Special(WherryError):
    """The name is that of a FIFO, a socket or a device."""


@dataclass(slots=True)
class Opened:
    """An open file or folder. ``status`` is what fstat said of this descriptor.

    It is closed when the last reference to it goes: an answer that was cancelled before it began runs no ``finally``,
    and a thread that still reads must not find its descriptor reused.
    """

    fd: int
    status: os.stat_result

    @property
    def folder(self) -> bool:
        return stat.S_ISDIR(self.status.st_mode)

    def __del__(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)


class Folder:
    """The folder that is served. Raises UsageError when ``path`` is none or cannot be read."""

    def __init__(self, path: str) -> None:
        try:
            self.real = os.path.realpath(path, strict=True)
            self._fd = _open_folder(self.real)
        except (OSError, ValueError) as exc:
            reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
            raise UsageError(f"folder {path!r} cannot be served: {reason}") from None

    def close(self) -> None:
        """Let go of the folder itself."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    if sys.platform == "win32":

        def open(self, names: Sequence[str]) -> Opened:
            """See the POSIX twin below; a folder is not opened here (its ``fd`` is -1), only named."""
            path = os.path.join(self.real, *names)  # noqa: PTH118  the text is compared below
            self._check_inside(os.path.realpath(path, strict=True))
            status = os.stat(path)  # noqa: PTH116
            _check_kind(status.st_mode)
            if stat.S_ISDIR(status.st_mode):
                return Opened(-1, status)
            fd = os.open(path, os.O_RDONLY | os.O_BINARY | os.O_NOINHERIT)
            opened = Opened(fd, os.fstat(fd))
            _check_kind(opened.status.st_mode)
            self._check_inside(os.path.realpath(path, strict=True))
            return opened

    else:

        def open(self, names: Sequence[str]) -> Opened:
            """Open the file or folder that ``names`` lead to, each a plain name.

            Raises Outside, Special, or the OSError of the system: not found, permission denied, too many links.
            """
            links = 0
            held: list[int] = []  # one descriptor a folder on the way; what ".." in a link goes back to
            walked: list[str] = []
            ahead = list(reversed(names))
            try:
                while ahead:
                    name = ahead.pop()
                    if name == "..":
                        if not held:  # a link through a link: its face told nothing
                            raise Outside(_LEADS_OUT)
                        os.close(held.pop())
                        walked.pop()
                        continue
                    parent = held[-1] if held else self._fd
                    mode = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
                    if stat.S_ISLNK(mode):
                        links += 1
                        if links > _MAX_LINKS:
                            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
                        target = os.readlink(name, dir_fd=parent)
                        if (inside := _plain(target, len(walked))) is None:
                            inside = self._inside(os.path.join(self.real, *walked, target))  # noqa: PTH118  as text
                            while held:
                                os.close(held.pop())
                            walked.clear()
                        ahead.extend(reversed(inside))
                        continue
                    _check_kind(mode)
                    held.append(os.open(name, _FLAGS, dir_fd=parent))
                    walked.append(name)
                fd = held.pop() if held else os.dup(self._fd)
                opened = Opened(fd, os.fstat(fd))
            finally:
                for one in held:
                    os.close(one)
            _check_kind(opened.status.st_mode)
            return opened

    def _inside(self, path: str) -> list[str]:
        """The names from the folder to ``path`` once every link in it is followed; the walk trusts none of them."""
        real = os.path.realpath(path, strict=True)
        self._check_inside(real)
        return list(Path(real).relative_to(self.real).parts)

    def _check_inside(self, real: str) -> None:
        try:
            inside = os.path.normcase(os.path.commonpath([real, self.real])) == os.path.normcase(self.real)
        except ValueError:  # another drive
            inside = False
        if not inside:
            raise Outside(_LEADS_OUT)


if sys.platform == "win32":

    def _open_folder(path: str) -> int:
        """Folders have no descriptors here; -1 stands for one that is there."""
        if not Path(path).is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        return -1

else:
    _FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

    def _open_folder(path: str) -> int:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def _plain(target: str, depth: int) -> list[str] | None:
        """The names of a relative link that stays inside on its face; None for one that must be looked into.

        ``depth`` is how many folders the link lies below the served one.
        """
        if target.startswith("/"):
            return None
        names = [name for name in target.split("/") if name not in ("", ".")]
        for name in names:
            depth += -1 if name == ".." else 1
            if depth < 0:
                return None
        return names


def _check_kind(mode: int) -> None:
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise Special("it is neither a file nor a folder")
