"""Nodes fitted to types: the alternatives and containers that a whole document seldom shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from wherry.core.document import Duration
from wherry.core.fit import Fault, Fitter, Unfit
from wherry.core.yaml import Node, Scalar, load


def fit(text: str, kind: Any) -> Any:
    """The value, or the words of the faults."""
    fitter = Fitter({})
    value = fitter.fit(load(text, source=""), kind, "key")
    return [fault.words for fault in fitter.faults] or value


@pytest.mark.parametrize(
    "text, kind, expected",
    [
        pytest.param("a", str | list[str], "a", id="text or list: text"),
        pytest.param("[a]", str | list[str], ["a"], id="text or list: list"),
        pytest.param("{a: 1}", str | list[str], ["key: expected text or a list, got a map"], id="text or list: map"),
        pytest.param("30s", Duration | Literal["never"], 30.0, id="the first alternative"),
        pytest.param("never", Duration | Literal["never"], "never", id="the second alternative"),
        pytest.param(
            "soon",
            Duration | Literal["never"],
            ["key: 'soon' is not a duration; write it like 250ms, 30s, 1m30s, 2h or 14d"],
            id="none: the first one's words",
        ),
        pytest.param("null", Duration | None, None, id="nothing"),
        pytest.param("5", int | None, 5, id="a number or nothing"),
        pytest.param("x", int | None, ["key: expected a whole number, got text 'x'"], id="neither"),
        pytest.param("{a: 1}", Mapping[str, int], {"a": 1}, id="mapping"),
        pytest.param("{a: x}", Mapping[str, int], ["key.a: expected a whole number, got text 'x'"], id="in a mapping"),
        pytest.param("[a, a]", frozenset[str], frozenset("a"), id="set"),
        pytest.param("[1, x]", list, [1, "x"], id="a list of anything"),
        pytest.param("{a: [1]}", dict, {"a": [1]}, id="a map of anything"),
        pytest.param("[1, {a: null}]", Any, [1, {"a": None}], id="anything"),
        pytest.param(
            "[a]", Annotated[list[str], Meta(min_length=2)], ["key: expected at least 2 items, got 1"], id="few"
        ),
        pytest.param(
            "{a: 1, b: 2}",
            Annotated[dict[str, int], Meta(max_length=1)],
            ["key: expected at most 1 key, got 2"],
            id="many",
        ),
        pytest.param(
            "ab", Annotated[str, Meta(max_length=1)], ["key: expected text of length <= 1, got text 'ab'"], id="long"
        ),
        pytest.param(
            "A",
            Annotated[str, Meta(pattern="^[a-z]$")] | None,
            ["key: expected text matching regex '^[a-z]$', got text 'A'"],
            id="pattern",
        ),
        pytest.param(
            "x" * 99, int, [f"key: expected a whole number, got text {'x' * 59 + '…'!r}"], id="a long text is cut"
        ),
    ],
)
def test_fit(text: str, kind: Any, expected: object) -> None:
    assert fit(text, kind) == expected


def test_a_fault_has_a_place() -> None:
    fitter = Fitter({})
    fitter.fit(load("- 1\n- x\n", source=""), list[int], "")
    assert fitter.faults == [Fault(2, 3, "[1]: expected a whole number, got text 'x'")]


def test_a_failed_alternative_leaves_no_fault_behind() -> None:
    fitter = Fitter({})
    assert fitter.fit(load("never", source=""), Duration | Literal["never"], "") == "never"
    assert fitter.faults == []


def test_a_hook_decides_alone() -> None:
    class Upper:
        pass

    def upper(node: Node) -> str:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            raise Unfit(node, "expected a word")
        return node.value.upper()

    fitter = Fitter({Upper: upper})
    assert fitter.fit(load("[a, b]", source=""), list[Upper], "") == ["A", "B"]
    assert fitter.fit(load("a", source=""), Upper | None, "") == "A"
    assert fitter.fit(load("a", source=""), int | Upper, "") == "A"
    assert fitter.faults == []
    fitter.fit(load("5", source=""), Upper | None, "key")
    assert [fault.words for fault in fitter.faults] == ["key: expected a word"]
