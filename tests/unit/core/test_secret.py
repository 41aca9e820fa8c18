from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.secret import Redactor, Secret, is_secret_header, redact_url


def test_a_secret_does_not_print() -> None:
    secret = Secret("hunter2")
    assert [f"{secret}", repr(secret), f"{secret!r:>5}", f"{[secret]}", "%s" % (secret,)] == [  # noqa: UP031
        "***", "***", "  ***", "[***]", "***",
    ]  # fmt: skip
    assert secret.reveal() == "hunter2"
    assert not hasattr(secret, "__dict__")


def test_secrets_compare_by_value() -> None:
    assert Secret("a") == Secret("a") == copy.copy(Secret("a"))
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


@pytest.mark.parametrize(
    "secrets, text, masked",
    [
        pytest.param([], "as it is", "as it is", id="knows none"),
        pytest.param(["hunter2"], "it is hunter2, hunter2!", "it is ***, ***!", id="everywhere"),
        pytest.param(["p@ss/word"], "http://u:p%40ss%2Fword@h", "http://u:***@h", id="percent-encoded"),
        pytest.param(["abc"], "abc", "abc", id="too short to mask"),
        pytest.param(["long", "longer"], "longer", "***", id="the longest first"),
        pytest.param(["a.c+"], "abcc a.c+", "abcc ***", id="no pattern"),
    ],
)
def test_redactor(secrets: list[str], text: str, masked: str) -> None:
    redactor = Redactor()
    for secret in secrets:
        redactor.add(secret)
    assert redactor.mask(text) == masked


@given(st.lists(st.text(min_size=4, max_size=12), min_size=1, max_size=5), st.text(max_size=20), st.text(max_size=20))
def test_no_secret_survives(secrets: list[str], before: str, after: str) -> None:
    redactor = Redactor()
    for secret in secrets:
        redactor.add(secret)
    for secret in secrets:
        assert secret not in redactor.mask(f"{before}{secret}{after}").replace("***", "") or secret in before + after


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
