"""JSON that no terminal and no CI job obeys."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.jsontext import dumps, printable


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_what_is_escaped_reads_as_it_was(value):
    text = dumps(value)
    assert json.loads(text) == value
    assert text.isprintable()
    assert "##" not in text


@given(st.text())
def test_what_another_encoder_made_means_the_same(value):
    text = printable(msgspec.json.encode([value]).decode())
    assert json.loads(text) == [value]
    assert text.isprintable()
