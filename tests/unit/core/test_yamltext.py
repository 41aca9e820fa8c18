"""Plain data as YAML for people."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core import yamltext
from wherry.core.yaml import load, plain

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=150)
SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    SCALARS | TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@pytest.mark.parametrize(
    "value, written",
    [
        pytest.param("application/json", "application/json", id="bare"),
        pytest.param("a b", "a b", id="space"),
        pytest.param("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x", id="colon"),
        pytest.param("12", '"12"', id="number"),
        pytest.param("true", '"true"', id="boolean"),
        pytest.param("", '""', id="empty"),
        pytest.param("a: b", '"a: b"', id="colon and space"),
        pytest.param("a, b", '"a, b"', id="comma"),
        pytest.param("${base}", '"${base}"', id="braces"),
        pytest.param("\x85", '"\\u0085"', id="control"),
        pytest.param("\U000e0001", '"\\U000e0001"', id="control beyond the first plane"),
        pytest.param("\ud800", '"\ufffd"', id="half a character"),
    ],
)
def test_text(value, written):
    assert yamltext.text(value) == written


@pytest.mark.parametrize(
    "value, written",
    [
        pytest.param("json.$['a-b']", "json.$['a-b']", id="brackets"),
        pytest.param("json.$[*].id", "json.$[*].id", id="star"),
        pytest.param("json.$['a: b']", "\"json.$['a: b']\"", id="colon"),
        pytest.param("null", '"null"', id="null"),
    ],
)
def test_key(value, written):
    assert yamltext.key(value) == written


def test_flow():
    value = {"status": {"in": [200, "2xx"]}, "up": True, "down": None, "half": 0.5}
    assert yamltext.flow(value) == "{status: {in: [200, 2xx]}, up: true, down: null, half: 0.5}"


def test_what_is_no_number_cannot_be_written():
    with pytest.raises(ValueError):
        yamltext.flow(math.nan)


@given(KEYS, VALUES)
def test_what_is_written_is_read_again(key, value):
    assert plain(load(f"{yamltext.key(key)}: {yamltext.flow(value)}\n", source="")) == {key: value}
