from __future__ import annotations

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.wire import bson


def document(body: bytes) -> bytes:
    return struct.pack("<i", len(body) + 5) + body + b"\0"


@pytest.mark.parametrize(
    "body, value",
    [
        pytest.param(b"\x01x\0" + struct.pack("<d", 1.5), 1.5, id="double"),
        pytest.param(b"\x02x\0\x06\0\0\0hallo\0", "hallo", id="text"),
        pytest.param(b"\x02x\0\x02\0\0\0\xff\0", "\N{REPLACEMENT CHARACTER}", id="text that is not UTF-8"),
        pytest.param(b"\x03x\0" + document(b"\x08y\0\1"), {"y": True}, id="document"),
        pytest.param(b"\x04x\0" + document(b"\x100\0\7\0\0\0"), {"0": 7}, id="array"),
        pytest.param(b"\x05x\0\x03\0\0\0\0abc", None, id="binary"),
        pytest.param(b"\x07x\0" + b"i" * 12, None, id="object id"),
        pytest.param(b"\x08x\0\0", False, id="boolean"),
        pytest.param(b"\x09x\0" + b"d" * 8, None, id="date"),
        pytest.param(b"\x0ax\0", None, id="null"),
        pytest.param(b"\x0bx\0^a\0i\0", None, id="regular expression"),
        pytest.param(b"\x10x\0\xff\xff\xff\xff", -1, id="int32"),
        pytest.param(b"\x11x\0" + b"t" * 8, None, id="timestamp"),
        pytest.param(b"\x12x\0" + struct.pack("<q", 1 << 40), 1 << 40, id="int64"),
        pytest.param(b"\x13x\0" + b"d" * 16, None, id="decimal"),
        pytest.param(b"\x7fx\0", None, id="max key"),
    ],
)
def test_values(body, value):
    assert bson.decode(document(body)) == {"x": value}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\5\0\0\0", id="no end"),
        pytest.param(b"\5\0\0\0\1", id="another end"),
        pytest.param(b"\xff\xff\xff\x7f\0", id="2 GiB announced"),
        pytest.param(b"\4\0\0\0\0", id="shorter than a document"),
        pytest.param(document(b"") + b"\0", id="something after it"),
        pytest.param(document(b"\x10x\0\0\0"), id="value cut off"),
        pytest.param(document(b"\x10x"), id="name without end"),
        pytest.param(document(b"\x10\xff\0\0\0\0\0"), id="name that is not UTF-8"),
        pytest.param(document(b"\x02x\0\x00\0\0\0\0"), id="text of no bytes"),
        pytest.param(document(b"\x02x\0\xff\xff\xff\x7fa\0"), id="long text announced"),
        pytest.param(document(b"\x02x\0\x02\0\0\0ab"), id="text without end"),
        pytest.param(document(b"\x05x\0\xff\xff\xff\xff\0"), id="negative binary"),
        pytest.param(document(b"\x0bx\0^a\0i"), id="expression without end"),
        pytest.param(document(b"\x06x\0\x99y\0"), id="unknown type"),
        pytest.param(document(b"\x03x\0\x30\0\0\0\0"), id="inner document longer than the outer"),
    ],
)
def test_refused(data):
    with pytest.raises(bson.BadBson):
        bson.decode(data)


def test_depth_is_bounded():
    nested = document(b"")
    for _ in range(40):
        nested = document(b"\x03x\0" + nested)
    with pytest.raises(bson.BadBson, match="nested too deeply"):
        bson.decode(nested)


_NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10)


@given(st.dictionaries(_NAMES, st.integers(-(2**31), 2**31 - 1) | st.text(st.characters(exclude_categories=["Cs"]))))
def test_round_trip(values):
    assert bson.decode(bson.encode(values)) == values


@given(st.binary(max_size=60).map(document) | st.binary(max_size=60))
def test_any_bytes_decode_or_are_refused(data):
    with suppress(bson.BadBson):
        bson.decode(data)
