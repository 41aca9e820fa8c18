"""Matrices and lists: every combination, once, each with a name of its own."""

from __future__ import annotations

from itertools import product
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.check.suite.unfold import count, instances, item_labels
from wherry.core.template import node_of
from wherry.core.yaml import Items, Scalar, plain

PLACE = Scalar(None, "", 1, 1)
AXES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.lists(st.text("xyz", min_size=1), min_size=1, max_size=4, unique=True),
    max_size=3,
)
VALUES = st.lists(st.none() | st.text(max_size=70) | st.integers(0, 3) | st.just({"id": 1}), min_size=1, max_size=5)


def nodes(values: object) -> tuple[object, ...]:
    node = node_of(values, PLACE)
    assert isinstance(node, Items)
    return node.items


@given(AXES, st.none() | VALUES)
def test_every_combination_once(axes: dict[str, list[str]], values: list[object] | None) -> None:
    each = None if values is None else node_of(values, PLACE)
    found = list(instances({key: nodes(axis) for key, axis in axes.items()}, each))  # type: ignore[misc]
    number = prod(map(len, axes.values())) * (1 if values is None else len(values))
    assert len(found) == number == count({key: nodes(axis) for key, axis in axes.items()}, each)  # type: ignore[misc]
    assert len({one.suffix for one in found}) == number
    combinations = [tuple(plain(node) for key, node in one.local.items() if key != "item") for one in found]
    assert sorted(set(combinations)) == sorted(set(product(*axes.values())))
    if values is not None:
        assert [plain(one.local["item"]) for one in found[: len(values)]] == values


@given(VALUES)
def test_items_are_told_apart_by_one_printable_line(values: list[object]) -> None:
    labels = item_labels(nodes(values))  # type: ignore[arg-type]
    assert len(set(labels)) == len(values)
    assert all(label.isprintable() and 0 < len(label) <= 60 for label in labels)
