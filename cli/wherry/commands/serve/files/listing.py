"""The index page of a folder, as HTML and as JSON. Pure: entries come in, text goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

from wherry.commands.serve.files.address import href
from wherry.commands.serve.page import page
from wherry.core.quantity import format_size

if TYPE_CHECKING:
    from collections.abc import Iterable

Column = Literal["name", "size", "time"]
COLUMNS: Final[tuple[Column, ...]] = ("name", "size", "time")
_HEADS: Final[dict[Column, str]] = {"name": "Name", "size": "Size", "time": "Modified (UTC)"}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry: ``size`` in bytes, ``modified_s`` since 1970; a folder's size says nothing and is not shown."""

    name: str
    folder: bool
    size: int
    modified_s: float


@dataclass(frozen=True, slots=True)
class Order:
    """By which column, and which way."""

    column: Column = "name"
    descending: bool = False

    @classmethod
    def of_query(cls, column: str, direction: str) -> Order:
        """Read ``?sort=size&order=desc``; what it does not know is the default."""
        known: Column = "size" if column == "size" else "time" if column == "time" else "name"
        return cls(known, direction == "desc")


def arranged(entries: Iterable[Listed], order: Order) -> list[Listed]:
    """Folders first, then by the column; equal ones by name."""
    result = sorted(entries, key=lambda entry: entry.name)
    if order.column == "size":
        result.sort(key=lambda entry: entry.size, reverse=order.descending)
    elif order.column == "time":
        result.sort(key=lambda entry: entry.modified_s, reverse=order.descending)
    elif order.descending:
        result.reverse()
    result.sort(key=lambda entry: not entry.folder)
    return result


def html(path: str, entries: Iterable[Listed], order: Order) -> str:
    """The page of the folder at ``path`` (as shown to people, ``/`` for the top)."""
    title = escape(f"Index of {shown(path)}")
    rows = [] if path == "/" else ['<tr><td><a href="../">../</a></td><td class="n"></td><td class="n"></td></tr>']
    files = folders = 0
    for entry in arranged(entries, order):
        slash = "/" if entry.folder else ""
        # "./" keeps a name with a colon from being read as a scheme.
        size = "" if entry.folder else format_size(entry.size)
        rows.append(
            f'<tr><td><a href="./{href(entry.name)}{slash}">{escape(shown(entry.name))}{slash}</a></td>'
            f'<td class="n">{size}</td><td class="n">{_time(entry)}</td></tr>'
        )
        folders += entry.folder
        files += not entry.folder
    heads = "".join(_head(column, order) for column in COLUMNS)
    return page(
        title,
        f"<table><thead><tr>{heads}</tr></thead><tbody>\n" + "\n".join(rows) + "\n</tbody></table>\n"
        f"<footer>{_count(folders, 'folder')}, {_count(files, 'file')}</footer>",
    )


def document(path: str, entries: Iterable[Listed], order: Order) -> dict[str, Any]:
    """The same as JSON: ``{"path", "entries": [{"name", "type", "size", "modified"}]}``."""
    return {
        "path": shown(path),
        "entries": [
            {
                "name": shown(entry.name),
                "type": "folder" if entry.folder else "file",
                "size": None if entry.folder else entry.size,
                "modified": datetime.fromtimestamp(entry.modified_s, UTC).isoformat(timespec="seconds")[:19] + "Z",
            }
            for entry in arranged(entries, order)
        ],
    }


def shown(name: str) -> str:
    """``name`` with bytes that are not UTF-8 as U+FFFD: the link still carries them."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _head(column: Column, order: Order) -> str:
    current = order.column == column
    direction = "desc" if current and not order.descending else "asc"
    arrow = (" ↓" if order.descending else " ↑") if current else ""
    style = "" if column == "name" else ' class="n"'
    return f'<th{style}><a href="?sort={column}&amp;order={direction}">{_HEADS[column]}{arrow}</a></th>'


def _time(entry: Listed) -> str:
    return datetime.fromtimestamp(entry.modified_s, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
