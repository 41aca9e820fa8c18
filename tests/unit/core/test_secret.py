from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.secret import Redactor, Secret


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
    "secret, text",
    [
        pytest.param('a"bcd', '{"x": "a\\"bcd"}', id="in JSON"),
        pytest.param('a"bcd', '"{\\"x\\": \\"a\\\\\\"bcd\\"}"', id="in JSON within JSON"),
        pytest.param("a'bcd", "'a'\"'\"'bcd'", id="in a shell's quotes"),
        pytest.param("über", '{"x": "\\u00fcber"}', id="in JSON that is ASCII"),
        pytest.param("a b+c", "?x=a+b%2Bc", id="in a query"),
        pytest.param("a\nbcd", "a\\nbcd", id="a line break"),
    ],
)
def test_other_ways_to_write_it(secret: str, text: str) -> None:
    redactor = Redactor()
    redactor.add(secret)
    assert "***" in redactor.mask(text)
    assert "bcd" not in redactor.mask(text)


@pytest.mark.parametrize(
    "text, masked",
    [
        ("abcdefgh", "***"),
        ("it is abcdef…", "it is ***…"),
        ("it is abcd…", "it is ***…"),
        ("it is abc…", "it is abc…"),
        ("it is bcdef…", "it is bcdef…"),
        ("abcdabcde… and abcdef… too", "abcd***… and ***… too"),
        ("abcdef… ", "***… "),
        ("…", "…"),
    ],
)
def test_a_secret_that_is_cut_off(text: str, masked: str) -> None:
    redactor = Redactor()
    redactor.add("abcdefgh", "other-secret")
    assert redactor.mask(text) == masked
