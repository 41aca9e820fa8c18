"""TOML with the line of each key, in the nodes that YAML files are read into: the standard parser keeps no lines."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from wherry.core.yaml import Entries, Items, Scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.yaml import Node

KeyPath = tuple[str, ...]

_TABLE = re.compile(r"\s*\[\[?(?P<path>[^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*(?P<path>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")


def load(data: bytes, *, source: str) -> Entries:
    """Read a document. Raises UsageError with ``source``, the file's name, and the line of what is wrong."""
    try:
        text = data.decode()
        tree = tomllib.loads(text)
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise UsageError(f"{source}: line {line}: the byte 0x{data[exc.start]:02x} is not UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as exc:
        raise UsageError(f"{source}: {_words(exc)}") from None
    root = _node(tree, key_lines(text), (), 1)
    assert isinstance(root, Entries)
    return root


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, of each key and table of ``text``, a valid TOML document.

    Keys inside inline tables are not listed: they stand on the line of the table around them. A line inside a
    multi-line string that looks like a key is listed too, which no look-up of a real key meets.
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


def _node(value: Any, lines: Mapping[KeyPath, int], path: KeyPath, around: int) -> Node:
    line = lines.get(path, around)
    if isinstance(value, dict):
        values = {key: _node(child, lines, (*path, key), line) for key, child in value.items()}
        return Entries(values, {key: Scalar(key, key, node.line, 1) for key, node in values.items()}, line, 1)
    if isinstance(value, list):
        return Items(tuple(_node(child, lines, path, line) for child in value), line, 1)
    if not isinstance(value, (str, int, float, bool)):  # dates and times: text, as in our YAML
        value = value.isoformat()
    return Scalar(value, str(value), line, 1, plain=not isinstance(value, str))


def _words(exc: Exception) -> str:
    if isinstance(exc, RecursionError):
        return "nested too deeply"
    match = re.fullmatch(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", str(exc))
    if match is None:
        return str(exc)
    words = match[1][0].lower() + match[1][1:]
    return f"line {match[2]}: {words}" if match[2] else f"the file ends too early: {words}"
