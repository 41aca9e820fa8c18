from __future__ import annotations

import pytest

from wherry.core.secret import Secret
from wherry.core.weburl import build_address, is_address
from wherry.errors import UsageError

BASE = "https://api.example.com/v1"


@pytest.mark.parametrize(
    ("text", "base", "url", "guessed"),
    [
        pytest.param("https://a.example/x?y=1#z", "", "https://a.example/x?y=1", False, id="whole"),
        pytest.param("HTTP://A.example", "", "http://A.example/", False, id="case-of-scheme"),
        pytest.param("a.example/x", "", "https://a.example/x", True, id="no-scheme"),
        pytest.param("localhost:8080/x", "", "http://localhost:8080/x", True, id="localhost"),
        pytest.param("127.0.0.1", "", "http://127.0.0.1/", True, id="loopback"),
        pytest.param("[::1]:8080/x", "", "http://[::1]:8080/x", True, id="loopback-6"),
        pytest.param(":8080/x", "", "http://localhost:8080/x", True, id="port-alone"),
        pytest.param("localhost.example.com", "", "https://localhost.example.com/", True, id="not-localhost"),
        pytest.param("/items", BASE, "https://api.example.com/v1/items", False, id="path-below-base"),
        pytest.param("items?a=1", BASE + "/", "https://api.example.com/v1/items?a=1", False, id="relative"),
        pytest.param("?a=1", BASE, "https://api.example.com/v1?a=1", False, id="query-of-base"),
        pytest.param("x?a=1", BASE + "?k=v", "https://api.example.com/v1/x?k=v&a=1", False, id="query-joined"),
        pytest.param("http://other/x", BASE, "http://other/x", False, id="absolute-beats-base"),
        pytest.param("http://a/b c/é", "", "http://a/b%20c/%C3%A9", False, id="encoded"),
        pytest.param("http://a/\udcff?q=\udcfe", "", "http://a/%FF?q=%FE", False, id="bytes-that-are-no-utf-8"),
        pytest.param("http://a/b%20c?q=%C3%A9", "", "http://a/b%20c?q=%C3%A9", False, id="not-encoded-twice"),
    ],
)
def test_url(text: str, base: str, url: str, guessed: bool) -> None:
    address = build_address(text, (), base)
    assert (address.url, address.guessed) == (url, guessed)


def test_query_is_added_encoded() -> None:
    address = build_address("http://a/?x=1", [("q", "a b&c"), ("x", "2")])
    assert address.url == "http://a/?x=1&q=a%20b%26c&x=2"


def test_user_and_password_are_taken_out() -> None:
    address = build_address("http://me%40x:p%3Aw@a/")
    assert (address.url, address.user, address.password) == ("http://a/", "me@x", Secret("p:w"))


def test_a_socket_in_the_url() -> None:
    address = build_address("http+unix://%2Frun%2Fapp.sock/info")
    assert (address.url, address.unix_socket) == ("http://localhost/info", "/run/app.sock")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("htps://a/", 'htps is no scheme of HTTP; did you mean "https"?', id="typo"),
        pytest.param("ftp://a/", "ftp is no scheme of HTTP", id="ftp"),
        pytest.param("http:/a/", "lacks a slash; write http://a/", id="one-slash"),
        pytest.param("/items", "names no host", id="no-base"),
        pytest.param("", "names no host", id="empty"),
        pytest.param("http://", "names no host that can be reached", id="no-host"),
        pytest.param("http://a:0/", "names no host that can be reached", id="port-0"),
        pytest.param("http://a:b/", "is not a URL: port could not be cast", id="port-text"),
        pytest.param("http://a:70000/", "is not a URL: port out of range", id="port-large"),
        pytest.param("http://[::1/", "is not a URL", id="bracket"),
        pytest.param("http://a b/", "names no host that can be reached", id="space-in-host"),
        pytest.param("http://a/\nx", "control character", id="line-break"),
    ],
)
def test_what_is_no_url(text: str, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        build_address(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"), [("GET", False), ("localhost", True), ("a.example", True), (":80", True), ("/x", True)]
)
def test_is_address(text: str, expected: bool) -> None:
    assert is_address(text) is expected
