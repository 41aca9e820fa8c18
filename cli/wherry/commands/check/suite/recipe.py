"""How a check is made ready: at once, or once what it uses has been captured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import structs

from wherry.commands.check.suite.addressing import below, shown_url
from wherry.commands.check.suite.making import ready_of
from wherry.commands.check.suite.order import Settling, StandIn
from wherry.commands.check.suite.planned import Unresolved
from wherry.commands.check.suite.scope import ITEM, captured
from wherry.commands.check.suite.unfold import item_labels
from wherry.core.template import Filled, Later, Meaning, fill, node_of, shown, within
from wherry.core.yaml import Items, Scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.commands.check.suite.order import Order, Stock
    from wherry.commands.check.suite.planned import Captured, Planned, Ready
    from wherry.commands.check.suite.scope import Use
    from wherry.core.template import Names
    from wherry.core.yaml import Node

_NOWHERE: Final = Scalar(None, "", 0, 0)


class Fixed(msgspec.Struct, frozen=True):
    """A check that uses nothing captured."""

    ready: Ready

    def resolve(self, _values: Captured) -> Ready:
        return self.ready

    def expand(self, planned: Planned, _values: Captured, _first: int) -> tuple[Planned, ...]:
        raise AssertionError(f"{planned.name} is one check")


class Plain(msgspec.Struct, frozen=True):
    """A check of a plain URL that uses nothing captured, kept as what tells it from others.

    ``like`` is what it has in common with them: all but the target's name and URL, whose origin stands there.
    """

    name: str
    url: str
    like: Ready

    def resolve(self, _values: Captured) -> Ready:
        like = self.like
        target = below(like.target, self.name, self.url)
        line = None if like.line is None else structs.replace(like.line, url=target.shown)
        return structs.replace(like, target=target, line=line)

    def expand(self, planned: Planned, _values: Captured, _first: int) -> tuple[Planned, ...]:
        raise AssertionError(f"{planned.name} is one check")


class Pending(msgspec.Struct, frozen=True):
    """A check that uses what others capture: ``uses`` by how they are written, each with the index of that check.

    ``each`` is the captured list that it is for; ``item`` one of its items, once it has been expanded.
    ``name`` is its name as written where ``${item}`` stands in it.
    """

    order: Order
    stock: Stock
    uses: Mapping[str, tuple[Use, int]]
    each: Filled | None = None
    name: Filled | None = None
    item: Meaning | None = None

    def resolve(self, values: Captured) -> Ready:
        """Raises Unresolved, and UsageError for what a value makes wrong."""
        names = self._names(values)
        wrong: list[str] = []
        ready = ready_of(self.order, self.stock, Settling((names,), lambda _, words: wrong.append(words)))
        if wrong or ready is None:
            raise UsageError("; ".join(dict.fromkeys(wrong)))
        return ready

    def expand(self, planned: Planned, values: Captured, first: int) -> tuple[Planned, ...]:
        """One check an item. Raises Unresolved where the value is no list."""
        assert self.each is not None
        wrong: list[str] = []
        names = self._names(values)
        found = fill(self.each, names, lambda _, words: wrong.append(words))
        if wrong:
            raise Unresolved("; ".join(wrong))
        if not isinstance(found, Items):
            raise Unresolved(f"{shown(self.each)} is no list, so there are no items of it")
        labels = item_labels(found.items)
        return tuple(
            self._child(planned, item, label, first + place)
            for place, (item, label) in enumerate(zip(found.items, labels, strict=True))
        )

    def _child(self, planned: Planned, item: Node, label: str, index: int) -> Planned:
        meaning = Meaning(item)

        def names(expression: str) -> Meaning | Later:
            name, *path = expression.split(".")
            return Meaning(within(item, path, name)) if name == ITEM else Later(expression)

        name = f"{planned.name} ({label})"
        if planned.base:  # a matrix has added to it already
            name = f"{planned.name[:-1]}, {label})"
        if self.name is not None:
            filled = fill(self.name, names, lambda _node, _words: None)
            name = shown(filled) if isinstance(filled, Scalar) else name
        order = structs.replace(self.order, name=name)
        url = fill(order.url, names, lambda _node, _words: None)
        return structs.replace(
            planned,
            index=index,
            name=name,
            url=shown_url(structs.replace(order, url=url)) if isinstance(url, Scalar) else planned.url,
            recipe=structs.replace(self, order=order, each=None, name=None, item=meaning),
            listed=False,
            origin=planned.index,
        )

    def _names(self, values: Captured) -> Names:
        for use, index in self.uses.values():
            if (index, use.capture) not in values:
                raise Unresolved(f"{use.name} was not captured")

        def names(expression: str) -> Meaning:
            name, *path = expression.split(".")
            if self.item is not None and name == ITEM:
                return Meaning(within(self.item.node, path, name), self.item.secret)
            use, index = self.uses[expression]
            return Meaning(captured(values[index, use.capture], use), use.secret)

        return names


# What may come to stand where nothing is known yet; one of them is right wherever a text, a number, a port, a URL, a
# path, a list or a truth value can stand.
_STAND_INS: Final = (200, "http://127.0.0.1/", "/a", "a", True, ["a"], {"a": 1})


def stand_ins() -> Sequence[Names]:
    """Ways to fill in what is captured later, to judge the rest before."""

    return [StandIn(node_of(value, _NOWHERE)) for value in _STAND_INS]
