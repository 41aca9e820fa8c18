"""What goes into an archive or a package, and under which name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class Item(Record):
    """``name`` is its path there, with slashes. It is the file ``source``, or ``data``, or a link to ``link``.

    Without any of these it is a folder. ``mode`` are its permissions where they are told, ``config`` whether a package
    has it for people to edit: ``config`` or ``config|noreplace``.
    """

    name: str
    source: Path | None = None
    data: bytes | None = None
    link: str | None = None
    executable: bool = False
    mode: int | None = None
    config: str = ""

    @property
    def folder(self) -> bool:
        """Whether it is a folder, which may be empty."""
        return self.source is None and self.data is None and self.link is None


def of_file(name: str, source: Path, *, executable: bool | None = None) -> Item:
    """A file; whether it is ``executable`` is as on disk unless told."""
    return Item(name, source, executable=os.access(source, os.X_OK) if executable is None else executable)


def of_folder(name: str, folder: Path) -> Iterator[Item]:
    """All files below ``folder``, and its links as links. Raises WherryError for a link that leads out of it."""
    for path in sorted(folder.rglob("*")):
        inner = f"{name}/{path.relative_to(folder).as_posix()}"
        if path.is_symlink():
            if not path.resolve().is_relative_to(folder.resolve()):
                raise WherryError(f"{path} is a link to something outside of {folder}")
            yield Item(inner, link=path.readlink().as_posix())
        elif path.is_file():
            yield of_file(inner, path)


def sorted_once(items: Iterable[Item], whole: str) -> tuple[Item, ...]:
    """By name, each once. Raises WherryError when two different ones have one name in ``whole``."""
    found: dict[str, Item] = {}
    for item in items:
        if found.setdefault(item.name, item) != item:
            raise WherryError(f"{whole}: {item.name} is there twice")
    return tuple(found[name] for name in sorted(found))
