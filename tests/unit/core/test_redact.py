from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.redact import is_secret_header, redact_url


@pytest.mark.parametrize(
    "name", ["Authorization", "proxy-authorization", "Cookie", "set-cookie", "X-Api-Key", "X-Auth-Token"]
)
def test_headers_that_carry_credentials(name: str) -> None:
    assert is_secret_header(name)


@pytest.mark.parametrize("name", ["Content-Type", "X-Request-Id", "ETag", "Cookies-Accepted"])
def test_headers_that_do_not(name: str) -> None:
    assert not is_secret_header(name)


@pytest.mark.parametrize(
    "url, shown",
    [
        pytest.param("http://h:80/p?q=1#f", "http://h:80/p?q=1#f", id="nothing to hide"),
        pytest.param("http://u:p@h/", "http://u:***@h/", id="password"),
        pytest.param("http://u:p@x@h/", "http://u:***@h/", id="an @ in the password"),
        pytest.param("redis://:p@h", "redis://:***@h", id="password alone"),
        pytest.param("https://TOKEN@h/", "https://***@h/", id="a token for a user"),
        pytest.param("postgres://bob@h/db", "postgres://bob@h/db", id="a user of a database"),
        pytest.param("http://h/?a=1&token=x&b=2", "http://h/?a=1&token=***&b=2", id="query"),
        pytest.param("http://h/?api_key=x&X-Amz-Signature=y", "http://h/?api_key=***&X-Amz-Signature=***", id="names"),
        pytest.param("http://h/?%74oken=x", "http://h/?%74oken=***", id="encoded name"),
        pytest.param("http://h/?token", "http://h/?token", id="no value"),
        pytest.param("http://u:p@[::1/", "http://u:***@[::1/", id="not a URL"),
        pytest.param("postgres://u:pa/ss@h/db", "postgres://u:***@h/db", id="an unescaped slash"),
        pytest.param("http://u:p#x@h/", "http://u:***@h/", id="an unescaped hash"),
        pytest.param("user:secret@db:5432", "user:***@db:5432", id="no scheme"),
        pytest.param("http://h:80/users/@me", "http://h:80/users/@me", id="an @ in the path"),
        pytest.param("http://[::1]:80/@me", "http://[::1]:80/@me", id="IPv6"),
        pytest.param("/a@b", "/a@b", id="a path"),
    ],
)
def test_redact_url(url: str, shown: str) -> None:
    assert redact_url(url) == shown


@given(st.text(max_size=60))
def test_any_text_can_be_redacted(text: str) -> None:
    redact_url(text)
    redact_url("http://" + text)
