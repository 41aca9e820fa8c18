"""Nodes in a tenth of the memory, for a long list of which one item at a time is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from marshal import dumps, loads
from sys import intern
from typing import TYPE_CHECKING, Any, overload

from wherry.core.yaml.node import Entries, Items, Scalar
from wherry.core.yaml.scalars import scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wherry.core.yaml.node import Node


class Packed(Sequence["Node"]):
    """Items of a list; each time that one is asked for, its nodes are made anew."""

    __slots__ = ("_packed",)

    def __init__(self, packed: Iterable[bytes] = ()) -> None:
        self._packed = tuple(packed)

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[Node]:
        return map(unpack, self._packed)

    @overload
    def __getitem__(self, place: int) -> Node: ...
    @overload
    def __getitem__(self, place: slice) -> Packed: ...
    def __getitem__(self, place: int | slice) -> Node | Packed:
        return Packed(self._packed[place]) if isinstance(place, slice) else unpack(self._packed[place])


def pack(node: Node) -> bytes:
    """``node`` as it was read: what variables are put into is none that can be packed."""
    return dumps(_flat(node))


def unpack(packed: bytes) -> Node:
    """What was given to :func:`pack`."""
    return _node(loads(packed))  # noqa: S302  packed by this process


# A scalar is a tuple that begins with its text, a map one that begins with its line, a list is a list.


def _flat(node: Node) -> Any:
    if isinstance(node, Scalar):
        return (node.text, node.line, node.column, node.plain)
    if isinstance(node, Items):
        return [node.line, node.column, node.count, *map(_flat, node.items)]
    keys = tuple([(intern(name), key.line, key.column, key.plain) for name, key in node.keys.items()])
    return (node.line, node.column, node.count, keys, tuple(map(_flat, node.values.values())))


def _node(flat: Any) -> Node:
    if type(flat) is list:
        line, column, count, *items = flat
        return Items(tuple(map(_node, items)), line, column, count)
    if type(flat[0]) is str:
        return _scalar(flat)
    line, column, count, keys, values = flat
    return Entries(
        {key[0]: _node(value) for key, value in zip(keys, values, strict=True)},
        {key[0]: _scalar(key) for key in keys},
        line,
        column,
        count,
    )


def _scalar(flat: tuple[str, int, int, bool]) -> Scalar:
    text, line, column, plain = flat
    return Scalar(scalar(text) if plain else text, text, line, column, plain)
