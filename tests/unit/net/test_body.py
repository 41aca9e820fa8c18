"""Undoing content codings, however the bytes are cut."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.net.body import codings, decode_whole, decoded
from wherry.net.failure import NetFailure


def undone(data, names, cuts=()):
    async def chunks():
        for start, end in pairwise([0, *sorted(cuts), len(data)]):
            yield data[start:end]

    async def main():
        return b"".join([piece async for piece in decoded(chunks(), names)])

    return asyncio.run(main())


@given(st.binary(max_size=3000), st.lists(st.integers(0, 100), max_size=5), st.sampled_from(["gzip", "deflate"]))
def test_what_was_packed_is_unpacked(data, cuts, name):
    packed = gzip.compress(data) if name == "gzip" else zlib.compress(data)
    assert decode_whole(packed, (name,)) == data
    assert undone(packed, (name,), [cut for cut in cuts if cut < len(packed)]) == data


@given(st.binary(max_size=300), st.sampled_from([("gzip",), ("deflate",), ("gzip", "deflate")]))
def test_what_is_not_packed_is_a_failure(data, names):
    try:
        undone(data, names)
    except NetFailure as exc:
        assert "\n" not in str(exc)


@pytest.mark.parametrize(
    ("field", "names"),
    [(None, ()), ("", ()), ("identity", ()), ("GZIP", ("gzip",)), ("a ,, b", ("a", "b"))],
)
def test_codings(field, names):
    assert codings(field) == names


@pytest.mark.parametrize(
    ("data", "names", "words"),
    [
        pytest.param(b"x", ("br",), "encoded as br, which was not asked for", id="not asked for"),
        pytest.param(gzip.compress(b"x")[:-1], ("gzip",), "the gzip body is cut off", id="cut off"),
        pytest.param(gzip.compress(bytes(32 * 1024 * 1024)), ("gzip",), "a compression bomb", id="bomb"),
    ],
)
def test_a_whole_body_that_cannot_be_unpacked(data, names, words):
    with pytest.raises(NetFailure, match=words):
        decode_whole(data, names)
