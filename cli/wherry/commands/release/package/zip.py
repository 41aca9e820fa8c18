"""zip archives (APPNOTE.TXT 6.3), with the permissions that Unix reads and nothing that Windows stumbles over."""

from __future__ import annotations

import stat
import time
import zipfile
from typing import TYPE_CHECKING, Final

from wherry.commands.release.package.contents import checked
from wherry.commands.release.package.members import appearing, mode, pieces, size

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wherry.commands.release.build.item import Item

_UNIX: Final = 3
# Its years are those of MS-DOS.
_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
_LATEST: Final = (2107, 12, 31, 23, 59, 58)


def write_zip(target: Path, items: Iterable[Item], time_s: int) -> None:
    """Write the ``items``, all of the time ``time_s`` (seconds since 1970, UTC). Raises WherryError, OSError."""
    items = checked(items, time_s)
    moment = min(max(time.gmtime(time_s)[:6], _EARLIEST), _LATEST)
    with appearing(target) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for item in items:
            entry = zipfile.ZipInfo(item.name, moment)
            entry.create_system = _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            kind = stat.S_IFLNK if item.link is not None else stat.S_IFREG
            entry.external_attr = (kind | mode(item)) << 16
            if item.link is not None:
                archive.writestr(entry, item.link)
                continue
            entry.file_size = size(item)
            with archive.open(entry, "w") as member:
                for piece in pieces(item):
                    member.write(piece)
