"""Strict YAML that remembers where each value stands.

The scalars are those of YAML 1.2's core schema (https://yaml.org/spec/1.2.2/#103-core-schema): ``true``, ``null``,
``12``, ``0o17``, ``0x1f``, ``1.5``; ``yes``, ``no``, ``on`` and ``off`` are text, and so are dates. Refused, each with
its line: duplicate keys, a second document, tags other than ``!!str``, control characters, bytes that are not UTF-8, an
alias within its own anchor, and documents larger than they can honestly be (see the limits below).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_BYTES: Final = 4 * 1024 * 1024
MAX_DEPTH: Final = 64
# Aliases count as if they were written out, so that a few lines cannot stand for gigabytes.
MAX_NODES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value; ``text`` is how it is written (without quotes), ``plain`` whether it stands without quotes.

    ``interpolated``: it is not as written but holds what a variable or a file said (core/interpolate.py). ``line`` and
    ``column`` count from 1, as in every node; ``count`` is 1 and the values below, with aliases written out.
    """

    value: str | int | float | bool | None
    text: str
    line: int
    column: int
    plain: bool = True
    interpolated: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Node, ...]
    line: int
    column: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Entries:
    """A map. ``keys`` has the place of each key, merged ones where they are written."""

    values: Mapping[str, Node]
    keys: Mapping[str, Scalar]
    line: int
    column: int
    count: int = 1


Node: TypeAlias = Scalar | Items | Entries


class YamlError(UsageError):
    """A text that is not YAML as wherry reads it. ``problem`` says what is wrong, without the place."""

    def __init__(self, source: str, line: int, problem: str, column: int = 1) -> None:
        super().__init__(f"{source}: line {line}: {problem}" if source else f"line {line}: {problem}")
        self.line = line
        self.column = column
        self.problem = problem


def load(text: str | bytes, *, source: str) -> Node:
    """Read one document. ``source`` names it in messages: the file's path as the user gave it. Raises YamlError."""
    import yaml

    checked = _checked(text, source)

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(source).build(yaml.parse(checked, Loader=loader))
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise YamlError(source, line, _problem(exc, checked), column) from None
    except yaml.YAMLError as exc:
        raise YamlError(source, 1, " ".join(str(exc).split())) from None


def scalar(text: str) -> str | int | float | bool | None:
    """The value of one plain scalar, such as stands on a command line: ``12``, ``true``, ``null``, any other text."""
    return _resolve(text)


def plain(node: Node) -> Any:
    """``node`` as plain dicts, lists and scalars, without its places."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}


_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def _checked(text: str | bytes, source: str) -> str:
    if len(text) > MAX_BYTES:
        raise YamlError(source, 1, f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    if isinstance(text, bytes):
        text = _decoded(text, source)
    text = text.removeprefix("\ufeff")
    if match := _CONTROL.search(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        raise YamlError(source, line, f"the control character U+{ord(match.group()):04X}", column)
    return text


def _decoded(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise YamlError(source, line, f"the byte 0x{data[exc.start]:02x} is not UTF-8") from None


def _problem(exc: Any, text: str) -> str:
    """libyaml's words, or better ones for what goes wrong most."""
    problem = " ".join(str(exc.problem or exc.context or "it is not YAML").split())
    mark = exc.problem_mark
    line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
    if mark and "\t" in line[: mark.column + 1]:
        return "a tab; YAML is indented with spaces"
    if problem.startswith("mapping values are not allowed"):
        return "a colon where no key can stand; quote a text that contains a colon and a space"
    context = exc.context_mark
    if mark and "${" in line[: mark.column + 1] and problem.startswith("did not find expected ','"):
        return "within {} and [] a text that contains ${...} stands in quotes"
    if context and problem == "found unexpected end of stream" and "quoted scalar" in (exc.context or ""):
        return f"the quotes that begin on line {context.line + 1} have no end"
    if problem == "did not find expected node content":
        return "a value is missing here"
    if context and problem.startswith("did not find expected ','"):
        return f"a comma is missing here, or the end of the list or map that begins on line {context.line + 1}"
    if "that cannot start any token" in problem:
        return f"a value cannot start with {line[mark.column : mark.column + 1]!r}; put it in quotes"
    return problem


_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip


# What a scalar begins with that is anything but text.
_STARTS: Final = frozenset("0123456789+-.~nNtTfF")


def _resolve(text: str) -> str | int | float | bool | None:
    if text and text[0] not in _STARTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    # int() of thousands of digits is slow, and refused beyond 4300.
    if len(text) <= 300:
        if _INT.fullmatch(text):
            return int(text, 8 if text[1:2] == "o" else 16 if text[1:2] == "x" else 10)
        if _FLOAT.fullmatch(text):
            return float(text.replace(".", "", 1) if text[-1] in "fFnN" else text)
    return text


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


class _Builder:
    """Makes nodes of the parser's events, one call a level deep; events rather than PyYAML's nodes because its composer
    follows any depth and any alias."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._anchors: dict[str, Node | None] = {}

    def build(self, events: Iterator[Any]) -> Node:
        root: Node | None = None
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent" and root is not None:
                raise self._error(event, "a second document; a file holds one")
            if name in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent", "AliasEvent"):
                root = self._node(event, events, 1)
        return root or Scalar(None, "", 1, 1)

    def _error(self, place: Any, problem: str) -> YamlError:
        if isinstance(place, (Scalar, Items, Entries)):
            return YamlError(self._source, place.line, problem, place.column)
        return YamlError(self._source, place.start_mark.line + 1, problem, place.start_mark.column + 1)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        name = type(event).__name__
        if name == "AliasEvent":
            return self._alias(event)
        if event.tag is not None:
            self._check_tag(event, name)
        if depth > MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} levels deep")
        if event.anchor is not None:
            if event.anchor in self._anchors:
                raise self._error(event, f"the anchor &{_short(event.anchor)} is set twice")
            self._anchors[event.anchor] = None
        node: Node
        if name == "ScalarEvent":
            node = self._scalar(event)
        elif name == "SequenceStartEvent":
            node = self._items(event, events, depth)
        else:
            node = self._entries(event, events, depth)
        if node.count > MAX_NODES:
            raise self._error(event, f"more than {MAX_NODES} values, aliases included")
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _check_tag(self, event: Any, name: str) -> None:
        if event.tag != "!" and not (name == "ScalarEvent" and event.tag == "tag:yaml.org,2002:str"):
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._error(event, f"the tag {_short(shown)} is not allowed")

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise self._error(event, f"the alias *{_short(event.anchor)} has no anchor before it")
        node = self._anchors[event.anchor]
        if node is None:
            raise self._error(event, f"the alias *{_short(event.anchor)} stands within its own anchor")
        return node

    def _scalar(self, event: Any) -> Scalar:
        is_plain = event.style in (None, "") and event.tag is None
        text, mark = event.value, event.start_mark
        return Scalar(_resolve(text) if is_plain else text, text, mark.line + 1, mark.column + 1, is_plain)

    def _items(self, start: Any, events: Iterator[Any], depth: int) -> Items:
        items: list[Node] = []
        count = 1
        for event in events:
            if type(event).__name__ == "SequenceEndEvent":
                break
            items.append(self._node(event, events, depth + 1))
            count += items[-1].count
            if count > MAX_NODES:
                break
        return Items(tuple(items), start.start_mark.line + 1, start.start_mark.column + 1, count)

    def _entries(self, start: Any, events: Iterator[Any], depth: int) -> Entries:
        values: dict[str, Node] = {}
        keys: dict[str, Scalar] = {}
        merged: Node | None = None
        count = 1
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            key = self._key(self._node(event, events, depth + 1))
            if key.text in keys or (key.text == "<<" and key.plain and merged is not None):
                first = f", first on line {keys[key.text].line}" if key.text in keys else ""
                raise self._error(key, f"the key {_short(key.text)!r} is given twice{first}")
            value = self._node(next(events), events, depth + 1)
            count += value.count + 1
            if count > MAX_NODES:
                break
            if key.text == "<<" and key.plain:
                merged = value
            else:
                values[key.text], keys[key.text] = value, key
        if merged is not None:
            self._merge(merged, values, keys)
        return Entries(values, keys, start.start_mark.line + 1, start.start_mark.column + 1, count)

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar) and not (node.value is None or isinstance(node.value, bool)):
            return node
        shown = _short(node.text) if isinstance(node, Scalar) else "a list" if isinstance(node, Items) else "a map"
        raise self._error(node, f"a key is text, not {shown or 'nothing'}; put it in quotes if it is meant as text")

    def _merge(self, merged: Node, values: dict[str, Node], keys: dict[str, Scalar]) -> None:
        """``<<``: what the map has not itself comes from the merged map, or from the first of several that has it."""
        for part in merged.items if isinstance(merged, Items) else (merged,):
            if not isinstance(part, Entries):
                raise self._error(part, "<< takes a map or a list of maps")
            for name, value in part.values.items():
                if name not in values:
                    values[name], keys[name] = value, part.keys[name]
