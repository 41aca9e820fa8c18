"""tar archives in GNU's format, which every tar reads, compressed with gzip or xz."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from typing import IO, TYPE_CHECKING, Final

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.contents import checked
from wherry.commands.release.package.members import appearing, folders, mode, pieces, size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# Of a frozen program, 53 MB: gzip's level 9 takes 8.8 s of a processor for 25.06 MB, and 6 takes 2.4 s for 25.14 MB;
# xz's preset 6 takes 35 s for 20.1 MB, and 2 takes 14 s for 21.3 MB.
_GZIP_LEVEL: Final = 6
XZ_PRESET: Final = 2


def write_tar_gz(target: Path, items: Iterable[Item], time_s: int) -> None:
    """Write the ``items``, owned by root, all of the time ``time_s`` (since 1970). Raises WherryError, OSError."""
    items = checked(items, time_s)
    with appearing(target) as file, gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=time_s) as compressed:
        write_tar(compressed, items, time_s)


def tar_xz(out: IO[bytes], items: Iterable[Item], time_s: int, *, root: str = "") -> None:
    """Write them to ``out``, with every folder above them; ``root`` is put in front of each name."""
    with lzma.LZMAFile(out, "wb", preset=XZ_PRESET) as compressed:
        write_tar(compressed, items, time_s, root=root, with_folders=True)


def write_tar(
    out: IO[bytes] | gzip.GzipFile, items: Iterable[Item], time_s: int, *, root: str = "", with_folders: bool = False
) -> None:
    """The archive without compression, folders first."""
    items = tuple(items)
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="utf-8") as archive:
        above = [Item(name) for name in folders(items)] if with_folders else []
        places = sorted([*above, *(item for item in items if item.folder)], key=lambda item: item.name)
        for item in (*places, *(item for item in items if not item.folder)):
            entry = tarfile.TarInfo(root + item.name)
            _own(entry, time_s, mode(item))
            if item.folder:
                entry.type = tarfile.DIRTYPE
                archive.addfile(entry)
            elif item.link is not None:
                entry.type, entry.linkname = tarfile.SYMTYPE, item.link
                archive.addfile(entry)
            else:
                entry.size = size(item)
                archive.addfile(entry, io.BufferedReader(_Pieces(pieces(item))))


def _own(entry: tarfile.TarInfo, time_s: int, permissions: int) -> None:
    entry.mtime, entry.mode = time_s, permissions
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"


class _Pieces(io.RawIOBase):
    """Pieces of bytes as the file that tarfile wants to read."""

    def __init__(self, given: Iterator[bytes]) -> None:
        self._given = given
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # what BufferedReader passes
        self._left = self._left or next(self._given, b"")
        taken = self._left[: len(buffer)]
        buffer[: len(taken)] = taken
        self._left = self._left[len(taken) :]
        return len(taken)
