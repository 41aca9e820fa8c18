"""What every format can hold: names that each system reads, each once, in one order, and a time."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from wherry.commands.release.package.members import folders
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.commands.release.build.item import Item

# gzip and cpio have 32 bits for it.
_TIMES_S: Final = range(1 << 32)


def checked(items: Iterable[Item], time_s: int) -> tuple[Item, ...]:
    """The ``items`` in the order of their names.

    Raises UsageError for a ``time_s`` (seconds since 1970) before 1970 or after 2106, WherryError for a name that
    leads out of the archive, is there twice or as file and folder, or that not every system reads.
    """
    if time_s not in _TIMES_S:
        raise UsageError(f"archives have times from 1970 to 2106, so {time_s} seconds since 1970 is none of them")
    found: dict[str, Item] = {}
    for item in items:
        _check_name(item.name)
        if item.link is not None and (not item.link or _unreadable(item.link)):
            raise WherryError(f"{item.name!r} is a link to {item.link!r}, which not every system reads")
        if item.name in found:
            raise WherryError(f"{item.name} is there twice")
        found[item.name] = item
    for folder in folders(found.values()):
        if folder in found:
            raise WherryError(f"{folder} is a file, and there are files in it")
    return tuple(found[name] for name in sorted(found))


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or str(path) != name:
        raise WherryError(f"{name!r} is no name in an archive")
    if _unreadable(name):
        raise WherryError(f"{name!r} is a name that not every system reads")


def _unreadable(text: str) -> bool:
    """Whether it has control characters, which break the lists of a deb, or is not of Unicode."""
    return any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 or 0xD800 <= ord(char) < 0xE000 for char in text)
