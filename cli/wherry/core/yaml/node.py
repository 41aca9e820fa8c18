"""What a document consists of, each value with its place.

These are plain classes, since a large file is tens of thousands of them: a frozen dataclass is made three times as
slowly. That nobody changes a node is seen to by mypy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class _Valued:
    """Equal to a node of the same class with equal fields."""

    __slots__ = ()
    _FIELDS: ClassVar[tuple[str, ...]] = ()

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._FIELDS)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Valued) and type(other) is type(self) and other._values() == self._values()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self._values()))})"


class Scalar(_Valued):
    """A single value; ``text`` is how it is written (without quotes), ``plain`` whether it stands without quotes.

    ``interpolated``: it is not as written but holds what a variable or a file said (core/interpolate.py). ``line`` and
    ``column`` count from 1, as in every node.
    """

    __slots__ = ("column", "interpolated", "line", "plain", "text", "value")
    _FIELDS: ClassVar[tuple[str, ...]] = ("value", "text", "line", "column", "plain", "interpolated")
    count: ClassVar = 1

    def __init__(
        self,
        value: str | int | float | bool | None,
        text: str,
        line: int,
        column: int,
        plain: bool = True,
        interpolated: bool = False,
    ) -> None:
        self.value: Final = value
        self.text: Final = text
        self.line: Final = line
        self.column: Final = column
        self.plain: Final = plain
        self.interpolated: Final = interpolated


class Items(_Valued):
    """A list. ``count`` is how many values it is made of, with aliases written out."""

    __slots__ = ("column", "count", "items", "line")
    _FIELDS = ("items", "line", "column", "count")

    def __init__(self, items: Sequence[Node], line: int, column: int, count: int = 1) -> None:
        self.items: Final = items
        self.line: Final = line
        self.column: Final = column
        self.count: Final = count


class Entries(_Valued):
    """A map. ``keys`` has the place of each key, merged ones where they are written; ``count`` is as that of a list."""

    __slots__ = ("column", "count", "keys", "line", "values")
    _FIELDS = ("values", "keys", "line", "column", "count")

    def __init__(
        self, values: Mapping[str, Node], keys: Mapping[str, Scalar], line: int, column: int, count: int = 1
    ) -> None:
        self.values: Final = values
        self.keys: Final = keys
        self.line: Final = line
        self.column: Final = column
        self.count: Final = count

    def with_values(self, values: Mapping[str, Node]) -> Entries:
        """The same map with other values."""
        return Entries(values, self.keys, self.line, self.column, self.count)


Node: TypeAlias = Scalar | Items | Entries


def plain(node: Node) -> Any:
    """``node`` as plain dicts, lists and scalars, without its places."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}
