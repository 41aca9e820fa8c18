"""From the events of a YAML parser to nodes. Read only where there is YAML to be read: it loads the parser."""

from __future__ import annotations

from sys import intern
from typing import TYPE_CHECKING, Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from wherry.core.yaml.node import Entries, Items, Node, Scalar
from wherry.core.yaml.packed import Packed, pack
from wherry.core.yaml.reading import MAX_DEPTH, MAX_NODES, YamlError
from wherry.core.yaml.scalars import scalar

if TYPE_CHECKING:
    from collections.abc import Iterator


def _events(text: str) -> Iterator[Any]:
    """libyaml's where PyYAML was built with it; its classes for whole documents are not needed."""
    parser: Any
    try:
        from yaml._yaml import CParser

        parser = CParser(text)
    except ImportError:
        from yaml import SafeLoader

        parser = SafeLoader(text)
    return iter(parser.get_event, None)


class Builder:
    """Makes nodes of the parser's events, one call a level deep; events rather than PyYAML's nodes because its composer
    follows any depth and any alias.
    """

    def __init__(self, source: str, text: str, packed: str | None) -> None:
        self._source = source
        self._events = _events(text)
        self._packed = packed
        self._anchors: dict[str, Node | None] = {}

    def build(self) -> Node:
        """The document; an empty one is an empty scalar. Raises YamlError, and what PyYAML raises."""
        root: Node | None = None
        for event in self._events:
            kind = type(event)
            if kind is DocumentStartEvent and root is not None:
                raise self._error(event, "a second document; a file holds one")
            if kind in (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent):
                root = self._node(event, 1)
        return root or Scalar(None, "", 1, 1)

    def _error(self, place: Any, problem: str) -> YamlError:
        if isinstance(place, (Scalar, Items, Entries)):
            return YamlError(self._source, place.line, problem, place.column)
        return YamlError(self._source, place.start_mark.line + 1, problem, place.start_mark.column + 1)

    def _node(self, event: Any, depth: int, *, packed: bool = False) -> Node:
        kind = type(event)
        if kind is AliasEvent:
            return self._alias(event)
        if event.tag is not None:
            self._check_tag(event)
        if depth > MAX_DEPTH:
            raise self._error(event, f"nested more than {MAX_DEPTH} levels deep")
        if event.anchor is not None:
            if event.anchor in self._anchors:
                raise self._error(event, f"the anchor &{_short(event.anchor)} is set twice")
            self._anchors[event.anchor] = None
        node: Node
        if kind is ScalarEvent:
            node = _scalar(event)
        elif kind is SequenceStartEvent:
            node = self._items(event, depth, packed=packed)
        else:
            node = self._entries(event, depth)
        if node.count > MAX_NODES:
            raise self._error(event, f"more than {MAX_NODES} values, aliases included")
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _check_tag(self, event: Any) -> None:
        if event.tag != "!" and not (type(event) is ScalarEvent and event.tag == "tag:yaml.org,2002:str"):
            shown = event.tag.replace("tag:yaml.org,2002:", "!!")
            raise self._error(event, f"the tag {_short(shown)} is not allowed")

    def _alias(self, event: Any) -> Node:
        if event.anchor not in self._anchors:
            raise self._error(event, f"the alias *{_short(event.anchor)} has no anchor before it")
        node = self._anchors[event.anchor]
        if node is None:
            raise self._error(event, f"the alias *{_short(event.anchor)} stands within its own anchor")
        return node

    def _items(self, start: Any, depth: int, *, packed: bool) -> Items:
        items: list[Any] = []
        count = 1
        for event in self._events:
            if type(event) is SequenceEndEvent:
                break
            item = self._node(event, depth + 1)
            items.append(pack(item) if packed else item)
            count += item.count
            if count > MAX_NODES:
                break
        mark = start.start_mark
        return Items(Packed(items) if packed else tuple(items), mark.line + 1, mark.column + 1, count)

    def _entries(self, start: Any, depth: int) -> Entries:
        values: dict[str, Node] = {}
        keys: dict[str, Scalar] = {}
        merged: Node | None = None
        count = 1
        for event in self._events:
            if type(event) is MappingEndEvent:
                break
            key = self._key(self._node(event, depth + 1))
            name = intern(key.text)
            if name in keys or (name == "<<" and key.plain and merged is not None):
                first = f", first on line {keys[name].line}" if name in keys else ""
                raise self._error(key, f"the key {_short(name)!r} is given twice{first}")
            value = self._node(next(self._events), depth + 1, packed=depth == 1 and name == self._packed)
            count += value.count + 1
            if count > MAX_NODES:
                break
            if name == "<<" and key.plain:
                merged = value
            else:
                values[name], keys[name] = value, key
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


def _scalar(event: Any) -> Scalar:
    is_plain = event.style in (None, "") and event.tag is None
    text, mark = event.value, event.start_mark
    return Scalar(scalar(text) if is_plain else text, text, mark.line + 1, mark.column + 1, is_plain)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
