"""What is a request, and what is refused with which status."""

from __future__ import annotations

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.net.h1.head import HeadReader, RequestHead
from wherry.net.h1.limits import Limits
from wherry.net.h1.refused import Refused

H = b"Host: a.example\r\n"
END = b"\r\n\r\n"


def read(head: bytes) -> RequestHead:
    return HeadReader(Limits(request_line=100, headers=5)).read(head)


def get(fields: bytes, line: bytes = b"GET / HTTP/1.1") -> bytes:
    return line + b"\r\n" + fields + b"\r\n"


REFUSED = [
    # the request line
    pytest.param(b"GET /" + END, 505, id="HTTP/0.9"),
    pytest.param(b"GET /\r\nHost: a" + END, 505, id="HTTP/0.9 with headers"),
    pytest.param(b"POST /\r\nContent-Length: 3" + END, 505, id="HTTP/0.9 with a body"),
    pytest.param(get(H, b"GET / HTTP/0.9"), 505, id="HTTP/0.9 by name"),
    pytest.param(get(H, b"GET / HTTP/2.0"), 505, id="HTTP/2.0"),
    pytest.param(b"PRI * HTTP/2.0" + END, 505, id="HTTP/2 preface"),
    pytest.param(get(H, b"GET / HTTP/1.2"), 505, id="HTTP/1.2"),
    pytest.param(get(H, b"GET / HTTP/11"), 400, id="no dot in the version"),
    pytest.param(get(H, b"GET / HTTP/1.10"), 400, id="two digits in the version"),
    pytest.param(get(H, b"GET / http/1.1"), 400, id="lower-case HTTP"),
    pytest.param(get(H, b"GET / RTSP/1.0"), 400, id="RTSP"),
    pytest.param(get(H, b"GET / ICE/1.0"), 400, id="ICE"),
    pytest.param(get(H, b"DESCRIBE / RTSP/1.0"), 400, id="RTSP method"),
    pytest.param(get(H, b"DESCRIBE / HTTP/1.1"), 501, id="RTSP method in HTTP"),
    pytest.param(get(H, b"FOO / HTTP/1.1"), 501, id="unknown method"),
    pytest.param(get(H, b"get / HTTP/1.1"), 501, id="lower-case method"),
    pytest.param(get(H, b"CONNECT a.example:443 HTTP/1.1"), 501, id="CONNECT"),
    pytest.param(get(H, b"G@T / HTTP/1.1"), 400, id="method is no token"),
    pytest.param(get(H, b" GET / HTTP/1.1"), 400, id="space in front"),
    pytest.param(get(H, b"GET  / HTTP/1.1"), 400, id="two spaces before the target"),
    pytest.param(get(H, b"GET /  HTTP/1.1"), 400, id="two spaces after the target"),
    pytest.param(get(H, b"GET / HTTP/1.1 "), 400, id="space behind"),
    pytest.param(get(H, b"GET\t/\tHTTP/1.1"), 400, id="tabs"),
    pytest.param(get(H, b"GET /a b HTTP/1.1"), 400, id="space in the target"),
    pytest.param(get(H, b"GET /a\x00b HTTP/1.1"), 400, id="NUL in the target"),
    pytest.param(get(H, b"GET /a\x7fb HTTP/1.1"), 400, id="DEL in the target"),
    pytest.param(get(H, b"GET /\xc3\xa9 HTTP/1.1"), 400, id="target is not ASCII"),
    pytest.param(get(H, b"GET /a#b HTTP/1.1"), 400, id="fragment in the target"),
    pytest.param(get(H, b"GET a HTTP/1.1"), 400, id="relative target"),
    pytest.param(get(H, b"GET * HTTP/1.1"), 400, id="asterisk with GET"),
    pytest.param(get(H, b"GET ftp://a/ HTTP/1.1"), 400, id="absolute target of another scheme"),
    pytest.param(get(H, b"GET http:///a HTTP/1.1"), 400, id="absolute target without a host"),
    pytest.param(get(H, b"GET http://u:p@a/ HTTP/1.1"), 400, id="absolute target with a user"),
    pytest.param(get(H, b"GET http://a:99999/ HTTP/1.1"), 400, id="absolute target with an impossible port"),
    pytest.param(get(H, b"GET /" + b"a" * 100 + b" HTTP/1.1"), 414, id="long target"),
    pytest.param(END, 400, id="empty lines"),
    pytest.param(b"\r\nGET / HTTP/1.1\r\n" + H + b"\r\n", 400, id="empty line"),
    pytest.param(b"\x16\x03\x01\x02\x00\x01" + END, 400, id="TLS"),
    # line ends and characters
    pytest.param(b"GET / HTTP/1.1\nHost: a" + END, 400, id="bare LF after the request line"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a\nX: b" + END, 400, id="bare LF after a field"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a\n\nGET / HTTP/1.1\r\nHost: a" + END, 400, id="bare LFs end the head"),
    pytest.param(b"GET / HTTP/1.1\r\nHost: a\rX: b" + END, 400, id="bare CR after a field"),
    pytest.param(b"GET / HTTP/1.1\rHost: a" + END, 400, id="bare CR after the request line"),
    pytest.param(get(H + b"X: a\x00b\r\n"), 400, id="NUL in a value"),
    pytest.param(get(H + b"X: a\x01b\r\n"), 400, id="control character in a value"),
    pytest.param(get(H + b"X: a\x7fb\r\n"), 400, id="DEL in a value"),
    pytest.param(get(H + b"X: a\r\n b\r\n"), 400, id="obs-fold with a space"),
    pytest.param(get(H + b"X: a\r\n\tb\r\n"), 400, id="obs-fold with a tab"),
    pytest.param(get(b" " + H), 400, id="space before the first field"),
    pytest.param(get(H + b"X : a\r\n"), 400, id="space before the colon"),
    pytest.param(get(H + b"X\t: a\r\n"), 400, id="tab before the colon"),
    pytest.param(get(H + b": a\r\n"), 400, id="no field name"),
    pytest.param(get(H + b"X\r\n"), 400, id="no colon"),
    pytest.param(get(H + b"X\x80: a\r\n"), 400, id="field name is not ASCII"),
    pytest.param(get(H + b"X(a): a\r\n"), 400, id="field name is no token"),
    pytest.param(get(H + b"A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\nE: 1\r\n"), 431, id="too many fields"),
    # Host
    pytest.param(get(b""), 400, id="no Host"),
    pytest.param(get(H + H), 400, id="Host twice, the same"),
    pytest.param(get(H + b"host: b\r\n"), 400, id="Host twice, differing"),
    pytest.param(get(b"Host: a b\r\n"), 400, id="space in Host"),
    pytest.param(get(b"Host: a/b\r\n"), 400, id="path in Host"),
    pytest.param(get(b"Host: u@a\r\n"), 400, id="user in Host"),
    pytest.param(get(b"Host: a:b\r\n"), 400, id="port is no number"),
    pytest.param(get(b"Host: a:65536\r\n"), 400, id="port too large"),
    pytest.param(get(b"Host: a,b\r\n").replace(b",", b"\\"), 400, id="backslash in Host"),
    pytest.param(get(b"Host: ::1\r\n"), 400, id="IPv6 without brackets"),
    pytest.param(get(b"Host: [::1\r\n"), 400, id="open bracket"),
    pytest.param(get(b"Host: \xc3\xa9\r\n"), 400, id="Host is not ASCII"),
    pytest.param(get(b"Host: a%zz\r\n"), 400, id="bad percent in Host"),
    pytest.param(get(b"", b"GET http://a/ HTTP/1.1"), 400, id="absolute target does not replace Host"),
    # framing
    pytest.param(get(H + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), 400, id="CL then TE"),
    pytest.param(get(H + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400, id="TE then CL"),
    pytest.param(get(H + b"Content-Length: 3\r\nContent-Length: 4\r\n"), 400, id="differing CL"),
    pytest.param(get(H + b"Content-Length: 3\r\nContent-Length: 3\r\n"), 400, id="CL twice, the same"),
    pytest.param(get(H + b"Content-Length: 3, 3\r\n"), 400, id="CL is a list"),
    pytest.param(get(H + b"Content-Length: +3\r\n"), 400, id="CL with a plus"),
    pytest.param(get(H + b"Content-Length: -3\r\n"), 400, id="CL with a minus"),
    pytest.param(get(H + b"Content-Length: 0x3\r\n"), 400, id="CL in hexadecimal"),
    pytest.param(get(H + b"Content-Length: 1_0\r\n"), 400, id="CL with an underscore"),
    pytest.param(get(H + b"Content-Length: 3 3\r\n"), 400, id="CL with a space"),
    pytest.param(get(H + b"Content-Length: 3.0\r\n"), 400, id="CL with a fraction"),
    pytest.param(get(H + b"Content-Length:\r\n"), 400, id="CL is empty"),
    pytest.param(get(H + b"Content-Length: \xb2\r\n"), 400, id="CL is a superscript"),
    pytest.param(get(H + b"Content-Length: 9223372036854775808\r\n"), 400, id="CL beyond 2**63"),
    pytest.param(get(H + b"Content-Length: " + b"9" * 30 + b"\r\n"), 400, id="CL overflows"),
    pytest.param(get(H + b"Transfer-Encoding: gzip\r\n"), 400, id="TE is not chunked"),
    pytest.param(get(H + b"Transfer-Encoding: identity\r\n"), 400, id="TE is identity"),
    pytest.param(get(H + b"Transfer-Encoding: xchunked\r\n"), 400, id="TE ends like chunked"),
    pytest.param(get(H + b"Transfer-Encoding: chunked, gzip\r\n"), 400, id="TE does not end in chunked"),
    pytest.param(get(H + b"Transfer-Encoding: chunked, chunked\r\n"), 400, id="TE chunked twice"),
    pytest.param(get(H + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400, id="TE twice"),
    pytest.param(get(H + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"), 400, id="TE twice, differing"),
    pytest.param(get(H + b"Transfer-Encoding: gzip, chunked\r\n"), 501, id="TE is known to others"),
    pytest.param(get(H + b"Transfer-Encoding:\r\n"), 400, id="TE is empty"),
    pytest.param(get(H + b"Transfer-Encoding: \x0bchunked\r\n"), 400, id="TE with a vertical tab"),
    pytest.param(get(H + b'Transfer-Encoding: "chunked"\r\n'), 400, id="TE quoted"),
    pytest.param(get(b"Transfer-Encoding: chunked\r\n", b"POST / HTTP/1.0"), 400, id="TE in HTTP/1.0"),
    pytest.param(get(H + b"Expect: 200-ok\r\n"), 417, id="unknown expectation"),
    pytest.param(get(H + b"Expect: 100-continue\r\nExpect: x\r\n"), 400, id="Expect twice"),
]


@pytest.mark.parametrize("head, status", REFUSED)
def test_refused(head: bytes, status: int) -> None:
    with pytest.raises(Refused) as caught:
        read(head)
    assert caught.value.status == status
    assert caught.value.words
    assert "\n" not in caught.value.words


def test_a_refusal_leaves_nothing_behind() -> None:
    reader = HeadReader(Limits(request_line=100, headers=5))
    for row in REFUSED:
        with pytest.raises(Refused):
            reader.read(row.values[0])
        request = reader.read(get(H + b"X: y\r\n"))
        assert request.headers == [(b"host", b"a.example"), (b"x", b"y")]


@pytest.mark.parametrize(
    "head, length, keep_alive",
    [
        pytest.param(get(H), 0, True, id="plain"),
        pytest.param(get(H + b"Connection: close\r\n"), 0, False, id="close"),
        pytest.param(get(H + b"Connection: foo, CLOSE\r\n"), 0, False, id="close in a list"),
        pytest.param(get(H + b"Connection: foo\r\nConnection: close\r\n"), 0, False, id="close in a second field"),
        pytest.param(get(H + b"Connection: keep-alive, close\r\n"), 0, False, id="close beats keep-alive"),
        pytest.param(get(H + b"Connection: closed\r\n"), 0, True, id="not quite close"),
        pytest.param(get(b"", b"GET / HTTP/1.0"), 0, False, id="1.0 closes"),
        pytest.param(get(b"Connection: Keep-Alive\r\n", b"GET / HTTP/1.0"), 0, True, id="1.0 keep-alive"),
        pytest.param(get(H + b"Content-Length: 0\r\n"), 0, True, id="empty body"),
        pytest.param(get(H + b"Content-Length: 10\r\n", b"POST / HTTP/1.1"), 10, True, id="body"),
        pytest.param(get(H + b"Content-Length: 007\r\n", b"POST / HTTP/1.1"), 7, True, id="leading zeros"),
        pytest.param(get(H + b"Content-Length:  7 \t\r\n", b"POST / HTTP/1.1"), 7, True, id="space around the length"),
        pytest.param(get(H + b"Transfer-Encoding: Chunked\r\n", b"POST / HTTP/1.1"), None, True, id="chunked"),
        pytest.param(get(H + b"Connection: upgrade\r\nUpgrade: websocket\r\n"), 0, True, id="Upgrade is ignored"),
        pytest.param(
            get(H + b"Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n", b"POST / HTTP/1.1"), 3, True,
            id="Upgrade with a body",
        ),
    ],
)  # fmt: skip
def test_framing(head: bytes, length: int | None, keep_alive: bool) -> None:
    reader = HeadReader(Limits())
    for _ in range(3):  # whatever state the head before left llhttp in
        framing = reader.read(head).framing
        assert (framing.length, framing.keep_alive, framing.expects) == (length, keep_alive, False)


@pytest.mark.parametrize(
    "line, raw_path, path, query, authority",
    [
        pytest.param(b"GET /a HTTP/1.1", "/a", "/a", "", "a.example", id="path"),
        pytest.param(b"GET /a?b=c?d HTTP/1.1", "/a", "/a", "b=c?d", "a.example", id="query"),
        pytest.param(b"GET /%C3%A9%2F?%20 HTTP/1.1", "/%C3%A9%2F", "/é/", "%20", "a.example", id="percent"),
        pytest.param(b"GET /%ff HTTP/1.1", "/%ff", "/�", "", "a.example", id="percent that is not UTF-8"),
        pytest.param(b"GET //b/c HTTP/1.1", "//b/c", "//b/c", "", "a.example", id="two slashes are a path"),
        pytest.param(b"GET http://b:8080/c?d HTTP/1.1", "/c", "/c", "d", "b:8080", id="absolute"),
        pytest.param(b"GET HTTP://b?d HTTP/1.1", "/", "/", "d", "b", id="absolute without a path"),
        pytest.param(b"GET https://[::1]:1/ HTTP/1.1", "/", "/", "", "[::1]:1", id="absolute IPv6"),
        pytest.param(b"OPTIONS * HTTP/1.1", "*", "*", "", "a.example", id="asterisk"),
        pytest.param(b"OPTIONS http://b HTTP/1.1", "*", "*", "", "b", id="asterisk through a proxy"),
    ],
)
def test_target(line: bytes, raw_path: str, path: str, query: str, authority: str) -> None:
    request = read(get(H, line))
    assert (request.raw_path, request.path, request.query, request.authority) == (raw_path, path, query, authority)
    assert request.target == line.split(b" ")[1].decode()


@pytest.mark.parametrize(
    "host", [b"", b"a", b"a.example:80", b"a:", b"127.0.0.1:1", b"[::1]", b"[fe80::1]:8080", b"a_b", b"%41"]
)
def test_good_hosts(host: bytes) -> None:
    assert read(get(b"Host: " + host + b"\r\n")).authority == host.decode()


def test_headers_keep_their_order_and_lose_space_around_the_value() -> None:
    request = read(get(H + b"X-A:1 \t\r\nx-b:\t \r\nX-a: caf\xe9 z\r\n"))
    assert request.headers == [(b"host", b"a.example"), (b"x-a", b"1"), (b"x-b", b""), (b"x-a", b"caf\xe9 z")]
    assert request.header("X-A") == "1, café z"
    assert request.header("x-b") == ""
    assert request.header("x-c") is None
    assert request.header("é€") is None


def test_expect() -> None:
    line = b"POST / HTTP/1.1"
    assert read(get(H + b"Expect: 100-Continue\r\nContent-Length: 3\r\n", line)).framing.expects
    assert not read(get(H + b"Expect: 100-continue\r\n", line)).framing.expects, "nothing to wait for"
    assert not read(get(b"Expect: x\r\nContent-Length: 3\r\n", b"POST / HTTP/1.0")).framing.expects, (
        "unknown in HTTP/1.0"
    )


_token = st.sampled_from(
    [b"GET", b"POST", b"HEAD", b"Host", b"X", b"Content-Length", b"Transfer-Encoding", b"Connection"]
)
_piece = st.one_of(
    _token,
    st.sampled_from(
        [
            b" ",
            b"\t",
            b": ",
            b":",
            b"\r\n",
            b"\n",
            b"\r",
            b"/",
            b" HTTP/1.1\r\n",
            b" HTTP/1.0\r\n",
            b"chunked",
            b"3",
            b"a",
            b"\0",
        ]
    ),
    st.binary(max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_piece, max_size=20))
def test_what_is_read_another_reader_understands_alike(pieces: list[bytes]) -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(pieces) + END
    try:
        request = HeadReader(Limits()).read(head[: head.index(END) + 4])
    except Refused:
        return
    other = h11.Connection(h11.SERVER)
    other.receive_data(head[: head.index(END) + 4])
    event = other.next_event()
    assert isinstance(event, h11.Request)
    assert event.target == request.target.encode()
    assert list(event.headers) == request.headers
