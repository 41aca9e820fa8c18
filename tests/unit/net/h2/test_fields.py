"""A request's header fields in HTTP/2."""

from __future__ import annotations

import pytest

from wherry.net.h2.fields import request_fields


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([("X-Mine", "1")], [(b"x-mine", b"1")], id="lower case"),
        pytest.param([("Connection", "x"), ("Keep-Alive", "1"), ("Upgrade", "x")], [], id="of connections"),
        pytest.param([("Transfer-Encoding", "chunked"), ("Proxy-Connection", "x")], [], id="of framing"),
        pytest.param([("TE", "gzip")], [], id="TE"),
        pytest.param([("TE", "Trailers")], [(b"te", b"Trailers")], id="TE: trailers"),
        pytest.param([("X-A", "é"), ("X-B", "\udce9")], [(b"x-a", "é".encode()), (b"x-b", b"\xe9")], id="octets"),
        pytest.param([("a", "1"), ("b", "2"), ("a", "3")], [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")], id="order"),
    ],
)
def test_fields(headers, expected):
    found = request_fields("GET", "https", "h:1", "/a?b", headers)
    assert found[:4] == [(b":method", b"GET"), (b":authority", b"h:1"), (b":scheme", b"https"), (b":path", b"/a?b")]
    assert found[4:] == expected


def test_host_is_the_authority():
    assert request_fields("GET", "https", "h:1", "/", [("Host", "other")])[1:] == [
        (b":authority", b"other"),
        (b":scheme", b"https"),
        (b":path", b"/"),
    ]
