"""The index page of a folder, as HTML and as JSON. Pure: entries come in, text goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final, Literal

from wherry.commands.serve.files.address import href
from wherry.core.quantity import format_size

if TYPE_CHECKING:
    from collections.abc import Iterable

Column = Literal["name", "size", "time"]
COLUMNS: Final[tuple[Column, ...]] = ("name", "size", "time")
_HEADS: Final[dict[Column, str]] = {"name": "Name", "size": "Size", "time": "Modified (UTC)"}

STYLE: Final = """\
:root{color-scheme:light dark;--line:#d8dee4;--dim:#59636e;--link:#0550ae;--back:#fff;--text:#1f2328}
@media(prefers-color-scheme:dark){:root{--line:#3d444d;--dim:#9198a1;--link:#4493f8;--back:#0d1117;--text:#f0f6fc}}
body{font:15px/1.5 system-ui,sans-serif;background:var(--back);color:var(--text)}
body{max-width:60rem;margin:2rem auto;padding:0 1rem}h1{font-size:1.25rem;font-weight:600;overflow-wrap:anywhere}
a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--dim)}th a{color:inherit}td{overflow-wrap:anywhere}
.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}.n:last-child{padding-right:0}
code{font:13px/1.5 ui-monospace,monospace}footer{color:var(--dim);margin-top:1rem;font-size:13px}"""


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


def page(title: str, body: str) -> str:
    """A page of ours around ``body``; both are HTML already."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>' + title + "</title>"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n{body}\n</body></html>\n"
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
