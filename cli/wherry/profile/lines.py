"""On which line of a TOML file a key stands: the standard parser does not say."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

KeyPath = tuple[str, ...]

_TABLE = re.compile(r"\s*\[\[?(?P<path>[^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?P<path>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, of each key and table of ``text``, a valid TOML document.

    Keys inside inline tables are not listed: ask for the table around them. A line inside a multi-line string that
    looks like a key is listed too, which no look-up of a real key meets.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for number, line in enumerate(text.splitlines(), 1):
        if match := _TABLE.match(line):
            table = _path(match["path"])
            lines.setdefault(table, number)
        elif match := _KEY.match(line):
            lines.setdefault((*table, *_path(match["path"])), number)
    return lines


def _path(dotted: str) -> KeyPath:
    """``a."b.c".d`` as its parts, by the standard parser's own rules; nothing where it is no key after all."""
    try:
        node: Any = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts: list[str] = []
    while isinstance(node, dict):
        ((part, node),) = node.items()
        parts.append(part)
    return tuple(parts)
