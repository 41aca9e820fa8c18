"""Reading responses, however their bytes are cut and whatever they are."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.trace import Trace
from wherry.net.body import codings, decoded
from wherry.net.failure import NetFailure
from wherry.net.http1 import Http1


class Pieces:
    """A stream whose pieces are given; what is written to it goes nowhere."""

    def __init__(self, data, cuts):
        bounds = [0, *sorted(cuts), len(data)]
        self._pieces = [data[a:b] for a, b in pairwise(bounds) if a < b]

    def write(self, data):
        pass

    async def drain(self):
        pass

    async def read(self, limit=65536):
        return self._pieces.pop(0) if self._pieces else b""


def exchange(data, cuts=(), method="GET"):
    """Head, body and whether the connection can be used again."""

    async def main():
        connection, trace = Http1(Pieces(data, cuts)), Trace(time.monotonic)
        head = await connection.send(b"", method, None, chunked=False, trace=trace, peer="peer")
        body = b"".join([piece async for piece in connection.body(trace)])
        return head, body, connection.reusable

    return asyncio.run(main())


RESPONSES = [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Y: a b\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nT: r\r\n\r\n",
    b"HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nx",
    b"HTTP/1.0 500 A long reason\r\nServer: x\r\n\r\nuntil the end",
    b"HTTP/1.1 204 No Content\r\nServer: x\r\n\r\n",
]


@pytest.mark.parametrize("data", RESPONSES, ids=["length", "chunked", "1xx", "until close", "no content"])
@given(cuts=st.lists(st.integers(0, 100), max_size=8))
def test_where_the_bytes_are_cut_does_not_matter(data, cuts):
    assert exchange(data, [cut for cut in cuts if cut < len(data)]) == exchange(data)


@given(
    data=st.one_of(
        st.binary(max_size=200),
        st.binary(max_size=100).map(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail),
        st.binary(max_size=100).map(lambda tail: b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + tail),
        st.tuples(st.sampled_from(RESPONSES), st.integers(0, 90), st.integers(0, 255)).map(
            lambda t: t[0][: t[1]] + bytes([t[2]]) + t[0][t[1] + 1 :]
        ),
    ),
    cuts=st.lists(st.integers(0, 50), max_size=3),
    method=st.sampled_from(["GET", "HEAD"]),
)
def test_whatever_comes_is_a_response_or_a_failure_in_words(data, cuts, method):
    try:
        head, _, _ = exchange(data, [cut for cut in cuts if cut < len(data)], method)
    except NetFailure as exc:
        assert "\n" not in str(exc)
    else:
        assert 0 <= head.status <= 999


@pytest.mark.parametrize(
    ("data", "method", "reusable"),
    [
        pytest.param(RESPONSES[0], "GET", True, id="length"),
        pytest.param(RESPONSES[1], "GET", True, id="chunked"),
        pytest.param(RESPONSES[3], "GET", False, id="until close"),
        pytest.param(RESPONSES[4], "GET", True, id="no content"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD", True, id="HEAD"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HEAD", False, id="HEAD with a body"),
        pytest.param(RESPONSES[0] + b"x", "GET", False, id="excess"),
        pytest.param(RESPONSES[0] + RESPONSES[0], "GET", False, id="an answer to nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: a, Close\r\nContent-Length: 0\r\n\r\n", "GET", False, id="close"),
        pytest.param(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", "GET", True, id="1.0"),
    ],
)
def test_whether_the_connection_can_be_used_again(data, method, reusable):
    assert exchange(data, method=method)[2] is reusable


def undone(data, names, cuts=()):
    async def chunks():
        pieces = Pieces(data, cuts)
        while piece := await pieces.read():
            yield piece

    async def main():
        return b"".join([piece async for piece in decoded(chunks(), names)])

    return asyncio.run(main())


@given(st.binary(max_size=3000), st.lists(st.integers(0, 100), max_size=5), st.sampled_from(["gzip", "deflate"]))
def test_what_was_packed_is_unpacked(data, cuts, name):
    packed = gzip.compress(data) if name == "gzip" else zlib.compress(data)
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
