"""One representation of a file: the open descriptor, its validators, and reading from it.

A file may change under its reader. What was read then belongs to neither version, and a length was promised: reading
raises Changed, and the answer is cut off rather than wrong.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wherry.commands.serve.files.plan import Validators
from wherry.errors import WherryError

if TYPE_CHECKING:
    from wherry.commands.serve.files.beneath import Opened


class Changed(WherryError):
    """The file is not what it was when it was opened."""


@dataclass(frozen=True, slots=True)
class Content:
    """``encoding`` is gzip or "". ``packed``: it is to be compressed as it is sent, so its length is not known."""

    opened: Opened
    content_type: str
    encoding: str = ""
    packed: bool = False

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self.opened.status.st_size

    @property
    def validators(self) -> Validators:
        """A strong tag from what changes with every write; a weak one where zlib's version shapes the bytes."""
        status = self.opened.status
        tag = f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"
        return Validators(f'W/"{tag}-gzip"' if self.packed else f'"{tag}"', int(status.st_mtime // 1))

    def read(self, start: int, length: int) -> bytes:
        """Exactly ``length`` bytes from ``start``. Raises Changed, or OSError. It blocks."""
        fd = self.opened.fd
        os.lseek(fd, start, os.SEEK_SET)
        data = os.read(fd, length)
        while len(data) < length:
            more = os.read(fd, length - len(data))
            if not more:
                raise Changed("the file became shorter while it was sent")
            data += more
        now, then = os.fstat(fd), self.opened.status
        if (now.st_mtime_ns, now.st_size) != (then.st_mtime_ns, then.st_size):
            raise Changed("the file changed while it was sent")
        return data
