from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.listen import Listen, parse_listen, unix_url, url
from wherry.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1:8080", Listen("127.0.0.1", 8080)),
        ("localhost:0", Listen("localhost", 0)),
        (":8080", Listen("", 8080)),
        ("[::1]:65535", Listen("::1", 65535)),
        ("[::]:80", Listen("::", 80)),
        ("0.0.0.0:80", Listen("0.0.0.0", 80)),
        ("unix:/run/app.sock", Listen(socket="/run/app.sock")),
        ("unix:///run/app.sock", Listen(socket="/run/app.sock")),
        ("unix:app.sock", Listen(socket="app.sock")),
    ],
)
def test_accepted(text, expected):
    assert parse_listen(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("8080", "write 127.0.0.1:8080, or :8080"),
        ("localhost", "write it like 127.0.0.1:8080"),
        ("localhost:", "write it like"),
        ("localhost:http", "write it like"),
        ("localhost:-1", "write it like"),
        ("localhost:65536", "at most 65535"),
        ("localhost:١٢", "write it like"),
        ("::1:8080", "stands in brackets"),
        ("[::g]:80", "'::g' is not an IPv6 address"),
        ("[127.0.0.1]:80", "is not an IPv6 address"),
        ("http://localhost:80", "is a URL"),
        ("a b:80", "write it like"),
        ("unix:", "names no socket"),
        ("", "write it like"),
    ],
)
def test_refused(text, words):
    with pytest.raises(UsageError) as caught:
        parse_listen(text)
    assert words in str(caught.value)


@given(st.text(max_size=30))
def test_nothing_else_is_raised(text):
    with suppress(UsageError):
        parse_listen(text)


@pytest.mark.parametrize(
    ("text", "loopback"),
    [
        ("127.0.0.1:1", True),
        ("127.8.8.8:1", True),
        ("[::1]:1", True),
        ("localhost:1", True),
        ("unix:x", True),
        (":1", False),
        ("0.0.0.0:1", False),
        ("192.0.2.1:1", False),
        ("example.test:1", False),
    ],
)
def test_loopback(text, loopback):
    assert parse_listen(text).loopback is loopback


def test_urls():
    assert url("http", "127.0.0.1", 80) == "http://127.0.0.1:80"
    assert url("https", "::1", 443) == "https://[::1]:443"
    assert unix_url("http", "/run/app.sock") == "http+unix://%2Frun%2Fapp.sock"
