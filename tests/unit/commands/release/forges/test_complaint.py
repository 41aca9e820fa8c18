from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.forges.complaint import codes, complaint

DUPLICATE = {"resource": "ReleaseAsset", "code": "already_exists", "field": "name"}
PROTECTED = {"resource": "Release", "code": "custom", "message": "Published releases must have a valid tag"}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param({"message": "Bad credentials"}, "Bad credentials", id="a-message"),
        pytest.param(
            {"message": "Validation Failed", "errors": [DUPLICATE]},
            "Validation Failed: already_exists (name)",
            id="github-code",
        ),
        pytest.param(
            {"message": "Validation Failed", "errors": [PROTECTED]},
            "Validation Failed: Published releases must have a valid tag",
            id="github-custom",
        ),
        pytest.param({"message": "No", "errors": ["one", "two"]}, "No: one: two", id="texts"),
        pytest.param({"message": "x", "errors": ["x"]}, "x", id="said-once"),
        pytest.param(
            {"message": {"name": ["has already been taken"]}}, "name has already been taken", id="gitlab-by-field"
        ),
        pytest.param({"message": ["a", "b"]}, "a: b", id="gitlab-list"),
        pytest.param(
            {"error": "invalid_token", "error_description": "Token was revoked."},
            "invalid_token: Token was revoked.",
            id="gitlab-oauth",
        ),
        pytest.param({"message": "two\nlines\x1b[31m"}, "two lines [31m", id="one-line"),
        pytest.param({"message": "x" * 500}, "x" * 399 + "…", id="bounded"),
        pytest.param({"documentation_url": "https://x"}, "", id="nothing-said"),
        pytest.param(["message"], "", id="no-object"),
    ],
)
def test_the_forge_s_words(document, words):
    assert complaint(json.dumps(document).encode()) == words


def test_codes():
    assert codes(json.dumps({"errors": [DUPLICATE, "text", {"code": 1}]}).encode()) == {"already_exists"}
    assert codes(b"<html>") == codes(b"[]") == codes(b'{"errors": {}}') == frozenset()


@given(
    st.binary()
    | st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["message", "error", "errors", "code"]), inner),
    ).map(lambda document: json.dumps(document).encode())
)
def test_whatever_it_says_is_one_short_line(body):
    words = complaint(body)
    assert len(words) <= 400
    assert words.splitlines() in ([], [words])
    codes(body)
