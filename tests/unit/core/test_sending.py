from __future__ import annotations

import pytest

from wherry.core.credential import Basic, Bearer, parse_source
from wherry.core.sending import (
    credential_of,
    forbid_framing,
    has_header,
    in_capitals,
    is_method,
    merged_headers,
    method_and_url,
)
from wherry.core.weburl import Address, build_address
from wherry.errors import UsageError

URL = "http://a.example/"


@pytest.mark.parametrize(
    ("words", "has_body", "expected"),
    [
        pytest.param([URL], False, ("GET", URL), id="alone"),
        pytest.param([URL], True, ("POST", URL), id="with-a-body"),
        pytest.param(["put", URL], True, ("PUT", URL), id="lower-case"),
        pytest.param(["PropFind", URL], False, ("PropFind", URL), id="mixed-case-stays"),
    ],
)
def test_method_and_url(words: list[str], has_body: bool, expected: tuple[str, str]) -> None:
    assert method_and_url(words, "wherry load", has_body=has_body) == expected


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        pytest.param([], "the URL is missing; write wherry load [METHOD] URL", id="nothing"),
        pytest.param(["GET"], "the URL is missing; write wherry load GET URL", id="method-alone"),
        pytest.param(["GET", URL, "x"], "one URL at a time: 'x' is too much", id="three"),
        pytest.param([URL, "GET"], f"'{URL}' is not a method; write wherry load METHOD URL", id="swapped"),
    ],
)
def test_words_that_are_neither(words: list[str], complaint: str) -> None:
    with pytest.raises(UsageError) as caught:
        method_and_url(words, "wherry load", has_body=False)
    assert str(caught.value) == complaint


@pytest.mark.parametrize(
    ("text", "is_one"), [("GET", True), ("M-SEARCH", True), ("G T", False), ("", False), ("É", False)]
)
def test_methods_are_tokens(text: str, is_one: bool) -> None:
    assert is_method(text) is is_one


def test_only_what_is_all_lower_case_is_meant_in_capitals() -> None:
    assert [in_capitals("get"), in_capitals("Get")] == ["GET", "Get"]


@pytest.mark.parametrize(
    ("user", "bearer", "address", "expected"),
    [
        pytest.param(None, None, Address(URL), None, id="nobody"),
        pytest.param("me:env:PW", None, Address(URL), Basic("me", parse_source("env:PW")), id="user"),
        pytest.param(None, "file:/t", Address(URL), Bearer(parse_source("file:/t")), id="bearer"),
        pytest.param(
            None, None, build_address("http://me:pw@a.example/"), Basic("me", parse_source("pw")), id="in-the-url"
        ),
    ],
)
def test_credential(user: str | None, bearer: str | None, address: Address, expected: object) -> None:
    assert credential_of(user, bearer, address) == expected


def test_a_user_has_a_secret() -> None:
    with pytest.raises(UsageError, match="--user is USER:SECRET"):
        credential_of("me", None, Address(URL))


def test_who_frames_a_message() -> None:
    with pytest.raises(UsageError, match="the header Content-Length is set by wherry itself"):
        forbid_framing((("Content-Length", "1"),))
    forbid_framing((("Accept", "*/*"),))


def test_a_header_is_found_in_any_case() -> None:
    assert has_header((("Authorization", "x"),), "authorization")
    assert not has_header((), "authorization")


def test_the_command_line_beats_the_profile_and_takes_away() -> None:
    inherited = {"X-Team": "core", "X-Api-Key": "k", "Accept": "*/*"}
    own = (("x-team", "mine"), ("Accept", ""))
    assert merged_headers(own, inherited, trusted=True) == (("X-Api-Key", "k"), ("x-team", "mine"))
    assert merged_headers((), inherited, trusted=False) == (("X-Team", "core"), ("Accept", "*/*"))
