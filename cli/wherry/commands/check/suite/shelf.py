"""What is equal in checks is kept once: of ten thousand, most differ in nothing but their names and URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec import structs

from wherry.commands.check.suite.addressing import below, origin_of
from wherry.commands.check.suite.recipe import Fixed, Pending, Plain
from wherry.core.target import Kind
from wherry.core.yaml import Entries, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.check.suite.order import Order, Stock
    from wherry.commands.check.suite.planned import Ready, Recipe
    from wherry.commands.check.suite.scope import Use
    from wherry.core.template import Filled
    from wherry.core.yaml import Node

T = TypeVar("T")

_NOWHERE: Final = Scalar(None, "", 0, 0)


class Shelf:
    """Makes recipes for one run."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._equal: dict[Any, Any] = {}
        self._alike: dict[tuple[int, ...], Ready] = {}

    def one(self, value: T) -> T:
        """The first value that was equal to this one."""
        found: T = self._equal.setdefault(value, value)
        return found

    def recipe(self, ready: Ready) -> Recipe:
        """That of a check which uses nothing captured."""
        target = ready.target
        origin = origin_of(target.shown, self._stock) if target.kind is Kind.HTTP else None
        if origin is None or ready.call is None or target != below(origin, target.name, target.shown):
            return Fixed(ready)
        call = self.one(ready.call)
        line = None if ready.line is None else structs.replace(ready.line, url=origin.shown)
        like = structs.replace(ready, target=origin, call=call, line=line)
        # Equal conditions are made once (making.py).
        key = (id(origin), id(call), *map(id, ready.conditions))
        known = self._alike.setdefault(key, like)
        return Plain(target.name, target.shown, known if known == like else like)

    def pending(
        self, order: Order, uses: Mapping[str, tuple[Use, int]], each: Filled | None, name: Filled | None
    ) -> Pending:
        """That of a check which uses what others capture. It has been judged: where its parts stand does not matter."""
        order = structs.replace(
            order,
            own=self.one(order.own),
            written=self._first(tuple(order.written), dict.fromkeys(order.written, _NOWHERE)),
            expect=self._expected(order.expect),
        )
        uses = self._first(tuple((written, index) for written, (_, index) in uses.items()), uses)
        return Pending(order, self._stock, uses, each, name)

    def _first(self, key: object, value: T) -> T:
        """The first value that had this key, which says all that matters in it."""
        found: T = self._equal.setdefault((type(value), key), value)
        return found

    def _expected(self, expect: Mapping[str, tuple[Scalar, Node]]) -> Mapping[str, tuple[Scalar, Node]]:
        texts = tuple((subject, _text(value)) for subject, (_, value) in expect.items())
        return expect if any(text is None for _, text in texts) else self._first(texts, expect)


def _text(node: Node) -> object:
    """All of ``node`` but its place, as a key; None where a variable or a capture has a part in it."""
    if isinstance(node, Scalar):
        return None if node.interpolated else (node.text, node.plain)
    parts = node.items if isinstance(node, Items) else node.values.values()
    texts = tuple(map(_text, parts))
    if None in texts:
        return None
    return (type(node), tuple(node.values) if isinstance(node, Entries) else (), texts)
