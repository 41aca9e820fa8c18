"""One check as written becomes several: one for each combination of a matrix, one for each item of a list."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

from wherry.commands.check.suite.scope import ITEM
from wherry.core.record import Record
from wherry.core.template import Filled
from wherry.core.yaml import Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wherry.core.yaml import Node

MOST: Final = 10_000
"""Of one check more cannot be meant; two long axes multiply quickly."""
_LONGEST: Final = 60


class Instance(Record):
    """``local`` are the names that it knows beside those of its file; ``suffix`` tells it from the others.

    ``each`` is the captured list that it is for, where it has one.
    """

    local: Mapping[str, Node]
    suffix: str = ""
    each: Filled | None = None


ONLY: Final = (Instance({}),)


def count(axes: Mapping[str, Sequence[Node]], each: Node | None) -> int:
    """How many instances there will be."""
    number = len(each.items) if isinstance(each, Items) else 1
    for values in axes.values():
        number *= len(values)
    return number


def instances(axes: Mapping[str, Sequence[Node]], each: Node | None) -> Iterator[Instance]:
    """Every combination of the values of ``axes``, the last one changing fastest, with every item of ``each``."""
    items = each.items if isinstance(each, Items) else ()
    labels = item_labels(items)
    for values in product(*axes.values()):
        local: dict[str, Node] = dict(zip(axes, values, strict=True))
        words = [f"{name}={value.text}" for name, value in zip(axes, values, strict=True) if isinstance(value, Scalar)]
        for item, label in zip(items, labels, strict=True):
            yield Instance({**local, ITEM: item}, f"({', '.join([*words, label])})")
        if not items:
            yield Instance(local, f"({', '.join(words)})" if words else "", each if type(each) is Filled else None)


def item_labels(items: Sequence[Node]) -> list[str]:
    """What tells the items of a list apart: themselves where they are short and differ, else their places from 1."""
    texts = [item.text if isinstance(item, Scalar) and type(item) is not Filled else "" for item in items]
    if len(set(texts)) == len(texts) and all(text.isprintable() and 0 < len(text) <= _LONGEST for text in texts):
        return texts
    return [f"#{number}" for number in range(1, len(items) + 1)]
