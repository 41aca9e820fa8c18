"""The judge itself: what GitHub's description says is wrong."""

from __future__ import annotations

import json

import pytest
from openapi import judge

HEADERS = {"x-github-api-version": "2022-11-28", "user-agent": "wherry", "content-type": "application/json"}


@pytest.fixture(scope="module")
def law():
    found = judge()
    if found is None:
        pytest.skip("GitHub's OpenAPI description is not here; python3 build/npm.py fetches it")
    return found


@pytest.mark.parametrize(
    ("method", "target", "body", "words"),
    [
        ("GET", "/repos/a/b/nowhere", None, "is not in the description"),
        ("GET", "/repos/a/b/releases?per_page=many", None, "query per_page: 'many' is not of type 'integer'"),
        ("GET", "/repos/a/b/releases?size=100", None, "query size is unknown"),
        ("POST", "/repos/a/b/releases", None, "it has no body"),
        ("POST", "/repos/a/b/releases", {"name": "x"}, "'tag_name' is a required property"),
        ("POST", "/repos/a/b/releases", {"tag_name": 1}, "body.tag_name: 1 is not of type 'string'"),
        ("POST", "/repos/a/b/releases", {"tag_name": "v1", "tag": "v1"}, "body tag is unknown"),
        ("PATCH", "/repos/a/b/releases/1", {"make_latest": True}, "body.make_latest: True is not"),
        ("PATCH", "/repos/a/b/releases/one", {"draft": False}, "path release_id: 'one' is not of type 'integer'"),
        ("POST", "/repos/a/b/releases/1/assets?name=x", None, "it belongs to uploads"),
        ("DELETE", "/repos/a/b/releases/assets/1", {"x": 1}, "it has a body"),
    ],
)
def test_what_is_wrong_with_a_request(law, method, target, body, words):
    sent = b"" if body is None else json.dumps(body).encode()
    wrong = law.request("api", method, target, HEADERS, sent)
    assert any(words in each for each in wrong), wrong


def test_what_is_wrong_with_headers(law):
    wrong = law.request("api", "GET", "/repos/a/b", {}, b"")
    assert [each.partition(": ")[2].split()[0] for each in wrong] == ["X-GitHub-Api-Version", "User-Agent"]


def test_what_is_wrong_with_an_answer(law):
    assert law.response("GET", "/repos/a/b/git/ref/heads/x/y", 200, law.example("git-ref")) == []
    assert "'object' is a required property" in law.response("GET", "/repos/a/b/git/ref/heads/x", 200, {"ref": "x"})[-1]
    assert law.response("GET", "/repos/a/b/git/ref/heads/x", 204, None) != []
