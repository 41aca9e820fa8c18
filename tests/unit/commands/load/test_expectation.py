from __future__ import annotations

import gzip
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from wherry.commands.load.expectation import Expectation, Unexpected, shown
from wherry.commands.load.record import ErrorClass
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON = (("Content-Type", "application/json"), ("Set-Cookie", "sid=s3cret; Path=/"))
BODY = b'{"ok": true, "items": [1, 2]}'
MET = None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, MET),
        (302, MET),
        (399, MET),
        (400, Unexpected(ErrorClass.STATUS, "HTTP 400")),
        (503, Unexpected(ErrorClass.STATUS, "HTTP 503")),
    ],
)
def test_without_a_condition_the_status_decides(status: int, expected: Unexpected | None) -> None:
    expectation = Expectation(())
    assert expectation.unexpected(status) == expected
    assert (expectation.status_only, expectation.head, expectation.body, expectation.timed) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("texts", "status", "words"),
    [
        pytest.param(["status=204"], 204, None, id="as-it-is"),
        pytest.param(["status=204"], 200, "status: expected 204, got 200", id="another"),
        pytest.param(["status=404"], 404, None, id="one-that-else-has-failed"),
        pytest.param(["status={in: [200, 429]}"], 429, None, id="one-of-two"),
        pytest.param(["status=2xx", "time={lt: 1s}"], 500, "status: expected 2xx, got 500", id="status-first"),
    ],
)
def test_a_condition_on_the_status_replaces_the_rule(texts: list[str], status: int, words: str | None) -> None:
    found = Expectation(texts).unexpected(status)
    assert found == (None if words is None else Unexpected(ErrorClass.EXPECT, words))


def test_another_condition_does_not_excuse_a_status() -> None:
    assert Expectation(["time={lt: 1s}"]).unexpected(500) == Unexpected(ErrorClass.STATUS, "HTTP 500")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("json.$.ok=true", None, id="json"),
        pytest.param("json.$.ok=false", "json.$.ok: expected false, got true", id="other-json"),
        pytest.param("json.$.items={length: 2}", None, id="length"),
        pytest.param("json.$.none={exists: true}", "json.$.none: expected something, got nothing", id="no-json"),
        pytest.param("header.content-type={contains: json}", None, id="header"),
        pytest.param("header.x-id={exists: true}", "header.x-id: expected something, got nothing", id="no-header"),
        pytest.param("body={contains: items}", None, id="body"),
        pytest.param(
            "body={contains: done}", 'body: expected something that contains "done"', id="bodies-are-not-told"
        ),
        pytest.param("size={le: 29}", None, id="size"),
        pytest.param("size={lt: 29}", "size: expected less than 29 B", id="sizes-are-not-told"),
        pytest.param("time={lt: 300ms}", None, id="time"),
        pytest.param("time={lt: 200ms}", "time: expected less than 200ms", id="times-are-not-told"),
        pytest.param(f"sha256={sha256(BODY).hexdigest()}", None, id="digest"),
        pytest.param("cookie.sid=s3cret", None, id="cookie"),
        pytest.param("cookie.sid=x", "cookie.sid: the value, which is not shown, is not as expected", id="secret"),
    ],
)
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_conditions(text: str, words: str | None, zipped: bool) -> None:
    headers = (*JSON, ("Content-Encoding", "gzip")) if zipped else JSON
    body = gzip.compress(BODY) if zipped else BODY
    found = Expectation([text]).unexpected(200, headers, body, 0.25)
    assert found == (None if words is None else Unexpected(ErrorClass.EXPECT, words))


@pytest.mark.parametrize(
    ("coding", "body", "words"),
    [
        pytest.param("gzip", gzip.compress(BODY)[:-9], "the gzip body is cut off", id="cut off"),
        pytest.param("br", b"x", "the body is encoded as br, which was not asked for", id="not asked for"),
    ],
)
def test_a_body_that_cannot_be_decoded_is_not_as_expected(coding: str, body: bytes, words: str) -> None:
    found = Expectation(["json.$.ok=true"]).unexpected(200, (("content-encoding", coding),), body)
    assert found == Unexpected(ErrorClass.EXPECT, words)


@pytest.mark.parametrize(
    ("texts", "needs"),
    [
        (["status=200"], (True, False, False, False)),
        (["time={lt: 1s}"], (False, False, False, True)),
        (["header.etag=x"], (False, True, False, False)),
        (["json.$.a=1", "status=200"], (False, True, True, False)),
        (["size=3"], (False, True, True, False)),
    ],
)
def test_what_has_to_be_kept(texts: Sequence[str], needs: tuple[bool, ...]) -> None:
    expectation = Expectation(texts)
    assert (expectation.status_only, expectation.head, expectation.body, expectation.timed) == needs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("status=200", "status=200"),
        ("json.$.a={gt: 1}", "json.$.a={gt: 1}"),
        ("json.$.token=s3cret", "json.$.token=***"),
        ("cookie.sid=s3cret", "cookie.sid=***"),
        ("header.authorization=s3cret", "header.authorization=***"),
    ],
)
def test_what_stands_in_a_record(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize("text", ["ip=127.0.0.1", "cert.expires_in={gt: 1d}", "time.connect={lt: 1s}", "redirects=1"])
def test_where_a_load_test_does_not_look(text: str) -> None:
    with pytest.raises(UsageError, match=r"load does not look at|a http target has no") as caught:
        Expectation([text])
    assert caught.value.hint
