"""Values out of answers."""

from __future__ import annotations

import pytest

from wherry.commands.check.captures import NotCaptured, looks_into_body, secrets_in, take
from wherry.commands.check.suite.capture import Capture, Source
from wherry.core.expect.jsonpath import compile_path
from wherry.core.expect.pattern import compile_pattern

BODY = b'{"id": 7, "token": "abc", "items": [{"n": 1}, {"n": 2}], "none": null, "no": false}'
FACTS = {
    "body": BODY,
    "header": {"location": ["/items/7"], "via": ["a", "b"]},
    "cookie": {"sid": "xyz", "empty": ""},
}


def json(path: str) -> Capture:
    return Capture("it", Source.JSON, path, path=compile_path(path))


def regex(source: str) -> Capture:
    return Capture("it", Source.REGEX, source, pattern=compile_pattern(source).compiled)


@pytest.mark.parametrize(
    "capture, value",
    [
        pytest.param(json("$.id"), 7, id="a number stays one"),
        pytest.param(json("$.token"), "abc", id="text"),
        pytest.param(json("$.none"), None, id="null is a value"),
        pytest.param(json("$.no"), False, id="false is a value"),
        pytest.param(json("$.items"), [{"n": 1}, {"n": 2}], id="a list"),
        pytest.param(json("$.items[*].n"), [1, 2], id="several nodes"),
        pytest.param(json("$.items[?@.n == 2].n"), 2, id="one node of a path that may have several"),
        pytest.param(Capture("it", Source.HEADER, "location"), "/items/7", id="header"),
        pytest.param(Capture("it", Source.HEADER, "via"), "a, b", id="a header of several lines"),
        pytest.param(Capture("it", Source.COOKIE, "sid"), "xyz", id="cookie"),
        pytest.param(Capture("it", Source.COOKIE, "empty"), "", id="an empty cookie"),
        pytest.param(regex(r'"id": (\d+)'), "7", id="the first group"),
        pytest.param(regex(r'"id": \d+'), '"id": 7', id="the whole match"),
    ],
)
def test_taken(capture, value):
    assert take([capture], FACTS) == {"it": value}


@pytest.mark.parametrize(
    "capture, facts, words",
    [
        (json("$.x"), FACTS, "capture it: $.x selects nothing"),
        (json("$.x"), {"body": b"<html>"}, "capture it: a body that is not JSON: invalid character (byte 0)"),
        (json("$.x"), {"body": b""}, "capture it: a body that is not JSON: it is empty"),
        (json("$.x"), {}, "capture it: a body that is not JSON: it is empty"),
        (Capture("it", Source.HEADER, "etag"), FACTS, "capture it: the response has no header etag"),
        (Capture("it", Source.HEADER, "etag"), {}, "capture it: the response has no header etag"),
        (Capture("it", Source.COOKIE, "other"), FACTS, "capture it: the response sets no cookie other"),
        (regex("nowhere"), FACTS, "capture it: the body has no match of the expression"),
        (regex("(nowhere)|id"), FACTS, "capture it: the expression matches, but not its first group"),
    ],
)
def test_not_there(capture, facts, words):
    with pytest.raises(NotCaptured) as caught:
        take([capture], facts)
    assert str(caught.value) == words


def test_the_output_of_a_command_is_looked_into_as_a_body_is():
    assert take([json("$.id")], {"output": '{"id": 7}'}) == {"it": 7}


def test_an_expression_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr("wherry.commands.check.captures.LIMIT_S", 0.05)
    with pytest.raises(NotCaptured, match="no end of matching within"):
        take([regex("(a|a)*$")], {"body": b"a" * 60 + b"!"})


def test_only_what_is_in_the_body_needs_it():
    assert looks_into_body([json("$.id")])
    assert looks_into_body([regex("a")])
    assert not looks_into_body([Capture("it", Source.HEADER, "location"), Capture("it", Source.COOKIE, "sid")])


def test_all_texts_of_what_is_secret():
    body = b'{"x": {"a": ["b", 1.5, {"c": "d"}], "e": true, "f": null}, "y": "z"}'
    captures = [
        Capture("x", Source.JSON, "$.x", secret=True, path=compile_path("$.x")),
        Capture("y", Source.JSON, "$.y", path=compile_path("$.y")),
        Capture("gone", Source.JSON, "$.gone", secret=True, path=compile_path("$.gone")),
    ]
    assert secrets_in(captures, {"body": body}) == ("b", "1.5", "d")
