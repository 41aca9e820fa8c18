from __future__ import annotations

from pathlib import Path

import pytest

from wherry.commands.request.events import (
    Cut,
    Event,
    Kept,
    LeftOrigin,
    NotRetried,
    Paged,
    Pausing,
    Received,
    Receiving,
    Redirected,
    Restarting,
    Resuming,
    Retrying,
    Saved,
    Sending,
    TokenFetched,
)  # fmt: skip
from wherry.commands.request.render import body_fields, head, line, masked, progress, shown_body, timing
from wherry.core.trace import Phase
from wherry.ui.paint import Paint

PLAIN = Paint(on=False)
FILE = Path("big.iso")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Retrying("HTTP 503", 1, 2, 0.25), "HTTP 503; retry 1 of 2 in 250ms"),
        (Retrying("connection refused", 2, 2, 0.0), "connection refused; retry 2 of 2 now"),
        (NotRetried("waiting 9s would pass the deadline"), "not retried: waiting 9s would pass the deadline"),
        (NotRetried("POST may act twice", minor=True), None),
        (Pausing(30.0), "the rate limit is used up; waiting 30s"),
        (
            LeftOrigin("http://b/?token=x"),
            "the next page is at another origin, http://b/?token=***; credentials are not sent there",
        ),
        (Cut(1), "stopped after 1 page; there are more"),
        (Cut(2), "stopped after 2 pages; there are more"),
        (Resuming(FILE, 2048), "resuming big.iso after 2 KiB"),
        (Restarting("it changed"), "beginning anew: it changed"),
        (Saved(FILE, 2048), "saved big.iso (2 KiB)"),
        (Kept(FILE, 2048), "kept the first 2 KiB of big.iso; --continue goes on from there"),
        (Sending("GET", "http://a/", ()), None),
        (Received("1.1", 200, "OK", ()), None),
        (Redirected(302, "GET", "http://a/", crossed=False), None),
        (TokenFetched("http://a/", 60.0), None),
        (Paged(1, 2), None),
    ],
)
def test_what_is_always_said(event: Event, text: str | None) -> None:
    assert line(event, 0, PLAIN) == text


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (
            Sending("POST", "http://a:81/x?token=s&y=1", (("Authorization", "Bearer s"), ("Accept", "*/*"))),
            "> POST /x?token=***&y=1\n> Authorization: Bearer ***\n> Accept: */*",
        ),
        (
            Received("2", 200, "", (("Set-Cookie", "a=b; Path=/"), ("Server", "x"))),
            "< HTTP/2 200\n< Set-Cookie: ***\n< Server: x",
        ),
        (Redirected(302, "GET", "http://a/", crossed=False), "redirected (302) to GET http://a/"),
        (
            Redirected(307, "POST", "http://b/", crossed=True),
            "redirected (307) to POST http://b/; another origin: credentials are not sent there",
        ),
        (TokenFetched("http://id/t", 3600.0), "fetched a token from http://id/t, valid for 1h"),
        (TokenFetched("http://id/t", None), "fetched a token from http://id/t"),
        (Paged(3, 1), "page 3: 1 item"),
        (NotRetried("POST may act twice", minor=True), "not retried: POST may act twice"),
    ],
)
def test_what_is_said_on_request(event: Event, text: str) -> None:
    assert line(event, 1, PLAIN) == text


def test_head() -> None:
    assert head("1.1", 200, "OK", [("A", "1"), ("A", "2")], PLAIN, terminal=False) == "HTTP/1.1 200 OK\nA: 1\nA: 2\n\n"


def test_masked_names() -> None:
    headers = [("Cookie", "a=b"), ("X-Api-Key", "k"), ("Proxy-Authorization", "Basic x"), ("Date", "today")]
    assert masked(headers) == (
        ("Cookie", "***"), ("X-Api-Key", "***"), ("Proxy-Authorization", "Basic ***"), ("Date", "today"),
    )  # fmt: skip


def test_timing_is_in_the_order_of_events() -> None:
    text = timing({Phase.TRANSFER: 0.002, Phase.DNS: 0.001}, 0.01)
    assert text.split() == ["dns", "1ms", "transfer", "2ms", "total", "10ms"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"plain\n", "plain"),
        (b'{"a":1}', '{\n  "a": 1\n}'),
        (b"\xff\xfe", "(2 B of image/png)"),
        (b"a\0b", "(3 B of image/png)"),
        (b"", ""),
    ],
)
def test_a_body_for_a_person(body: bytes, text: str) -> None:
    assert shown_body(body, "image/png; x=y", "utf-8", PLAIN, terminal=True) == text


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (Receiving(FILE, 512 * 1024, 1024 * 1024), "big.iso  50% of 1 MiB  64 KiB/s  8s left"),
        (Receiving(FILE, 512 * 1024, None), "big.iso  512 KiB  64 KiB/s"),
        (Receiving(FILE, 1024 * 1024, 1024 * 1024), "big.iso  100% of 1 MiB  64 KiB/s  1s left"),
    ],
)
def test_progress(event: Receiving, text: str) -> None:
    assert progress(event, 65536.0, 80) == text
    assert progress(event, 65536.0, 10) == "big.iso  …"


def test_body_fields() -> None:
    assert body_fields(b"[1]") == {"body_form": "json", "body": [1]}
    assert body_fields(b"") == {"body_form": "text", "body": ""}
    assert body_fields(b"\xff") == {"body_form": "base64", "body": "/w=="}
