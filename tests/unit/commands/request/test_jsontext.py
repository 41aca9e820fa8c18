from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.request.jsontext import decode, encode, lines
from wherry.commands.request.pretty import pretty_json
from wherry.ui.paint import Paint

PLAIN = Paint(on=False)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"{'a': 1}", "expecting property name enclosed in double quotes at line 1, column 2"),
        (b'{"a":\n 1,}', "at line 2, column"),
        (b"\xff", "not UTF-8 text (byte 0)"),
        (b"[NaN]", "NaN is no JSON number"),
        (b"1e999", "the number 1e999 is too large"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json(data: bytes, words: str) -> None:
    with pytest.raises(ValueError) as caught:
        decode(data)
    assert words in str(caught.value).replace("illegal trailing comma before end of object", "at line 2, column")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert decode(b"\xef\xbb\xbf[1]") == [1]


def test_large_whole_numbers_keep_their_digits() -> None:
    assert encode(decode(b"[123456789012345678901234567890]")) == "[123456789012345678901234567890]"


def test_a_lone_surrogate_is_escaped() -> None:
    assert encode(decode(rb'"\ud800"')) == r'"\ud800"'


def test_lines() -> None:
    assert lines(["a b", 1, 1.5, True, None, {"a": [1]}, "é"]) == [
        "a b", "1", "1.5", "true", "null", '{"a":[1]}', "é",
    ]  # fmt: skip


def test_pretty() -> None:
    text = '{"a":1.10,"b":[],"c":{},"d":[1,{"e":null}],"a":"x: \\"y\\""}'
    assert pretty_json(text, PLAIN) == (
        '{\n  "a": 1.10,\n  "b": [],\n  "c": {},\n  "d": [\n    1,\n    {\n      "e": null\n    }\n  ],\n'
        '  "a": "x: \\"y\\""\n}'
    )


def test_pretty_in_colour() -> None:
    assert pretty_json('{"k":[1,"s",true]}', Paint(on=True)) == (
        '{\n  \x1b[34;1m"k"\x1b[0m: [\n    \x1b[36m1\x1b[0m,\n    \x1b[32m"s"\x1b[0m,\n    \x1b[33mtrue\x1b[0m\n  ]\n}'
    )


@pytest.mark.parametrize("text", ["", "{", "1 2", "[1 2]", "{'a':1}", "plain", "[" * 200 + "]" * 200])
def test_what_is_not_indented(text: str) -> None:
    assert pretty_json(text, PLAIN) is None


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(JSON)
def test_indented_text_is_the_same_value(value: Any) -> None:
    text = encode(value)
    pretty = pretty_json(text, PLAIN)
    assert pretty is not None
    assert decode(pretty) == value
    assert decode(text) == value
