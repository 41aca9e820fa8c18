"""An httpx request on its way to the wire."""

from __future__ import annotations

import httpx
import pytest

from wherry.net.transport.asked import Asked


async def pieces():
    yield b"x"


@pytest.mark.parametrize(
    ("method", "url", "options", "exception"),
    [
        pytest.param("GET", "ftp://h/", {}, httpx.UnsupportedProtocol, id="scheme"),
        pytest.param("GET", "/x", {}, httpx.UnsupportedProtocol, id="no scheme"),
        pytest.param("GET", "http:///x", {}, httpx.LocalProtocolError, id="no host"),
        pytest.param("GE T", "http://h/", {}, httpx.LocalProtocolError, id="method"),
        pytest.param("GÉT", "http://h/", {}, httpx.LocalProtocolError, id="method beyond ASCII"),
        pytest.param("GET", "http://h/", {"extensions": {"target": b"/a b"}}, httpx.LocalProtocolError, id="target"),
        pytest.param("GET", "http://h/", {"headers": {"a": "x\ny"}}, httpx.LocalProtocolError, id="field"),
        pytest.param("GET", "http://h/", {"headers": {"a\r": "x"}}, httpx.LocalProtocolError, id="name"),
        pytest.param("GET", "http://h/", {"headers": {"a": " x"}}, httpx.LocalProtocolError, id="space in front"),
        pytest.param("GET", "http://h/", {"headers": {"a": "x\n: y"}}, httpx.LocalProtocolError, id="like a field"),
        pytest.param(
            "PUT",
            "http://h/",
            {"headers": {"Content-Length": "+1"}, "content": b"x"},
            httpx.LocalProtocolError,
            id="CL",
        ),
        pytest.param(
            "PUT",
            "http://h/",
            {"headers": {"Transfer-Encoding": "gzip, chunked"}, "content": pieces()},
            httpx.LocalProtocolError,
            id="TE",
        ),
        pytest.param("PUT", "http://h/", {"content": iter([b"x"])}, RuntimeError, id="to be read synchronously"),
    ],
)
def test_what_cannot_be_sent(method, url, options, exception):
    with pytest.raises(exception):
        Asked(httpx.Request(method, url, **options), None)


def test_the_head():
    headers = [(b"X-A", b"\xe9\xff"), (b"x-a", b"a\tb"), (b"X-Empty", b"")]
    asked = Asked(httpx.Request("GET", "https://user:pass@[::1]:8443/a?b#c", headers=headers), None)
    fields = b"Host: [::1]:8443\r\nX-A: \xe9\xff\r\nx-a: a\tb\r\nX-Empty: \r\n"
    assert (asked.tls, asked.host, asked.port, asked.body) == (True, "::1", 8443, None)
    assert asked.head() == b"GET /a?b HTTP/1.1\r\n" + fields + b"\r\n"
    whole = asked.head(absolute=True, extra=(("P", "1"),))
    assert whole == b"GET https://[::1]:8443/a?b HTTP/1.1\r\n" + fields + b"P: 1\r\n\r\n"
    assert [value.encode("utf-8", "surrogateescape") for _, value in asked.headers[1:]] == [b"\xe9\xff", b"a\tb", b""]


def test_secrets_are_not_shown():
    with pytest.raises(httpx.LocalProtocolError) as caught:
        Asked(httpx.Request("GET", "http://h/", headers={"Authorization": "Bearer s3cret\n"}), None)
    assert "s3cret" not in str(caught.value)
    assert "Authorization" in str(caught.value)
