"""Attempts and the time they may take, against a real server."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from wherry.commands.request.call import status_words


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def reply(server: Any) -> Any:
    """The type of the server's replies."""
    return server.Reply


def test_a_get_is_tried_again_until_it_is_answered(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503), reply(502), reply(200, b"there")]
    ran = request_("GET", server.url)
    assert (ran.code, ran.out) == (0, b"there")
    assert len(server.seen) == 3
    lines = ran.err.splitlines()
    assert lines[0].startswith("wherry: request: HTTP 503 Service Unavailable; retry 1 of 2 ")
    assert lines[1].startswith("wherry: request: HTTP 502 Bad Gateway; retry 2 of 2 ")


def test_quiet_says_nothing_of_retries(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503), reply(200, b"there")]
    ran = request_("-q", server.url)
    assert (ran.code, ran.out, ran.err) == (0, b"there", "")


def test_the_last_failure_is_shown_on_stderr(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503, b"down for repair\n", [("Content-Type", "text/plain")])]
    ran = request_("GET", server.url, "--retry", "1")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.splitlines()[1:] == [
        "down for repair",
        f"wherry: request: GET {server.url}/: HTTP 503 Service Unavailable (after 2 attempts)",
    ]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 501])
def test_other_failures_are_final(server: Any, reply: Any, request_: Any, status: int) -> None:
    server.replies = [reply(status)]
    assert request_("GET", server.url).code == 1
    assert len(server.seen) == 1


def test_a_post_is_not_repeated(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503)]
    ran = request_("POST", server.url, "-d", "x", "-v")
    assert ran.code == 1
    assert len(server.seen) == 1
    assert "not retried: POST may act twice; an Idempotency-Key header would say that it does not" in ran.err


def test_a_post_with_a_key_is_repeated_with_its_body(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503), reply(200, b"done")]
    ran = request_("POST", server.url, "--json", "[1]", "-H", "Idempotency-Key: k")
    assert (ran.code, ran.out) == (0, b"done")
    assert [seen.body for seen in server.seen] == [b"[1]", b"[1]"]


def test_a_connection_that_never_opened_is_tried_again_whatever_the_method(request_: Any) -> None:
    ran = request_("POST", f"http://127.0.0.1:{closed_port()}/", "-d", "x")
    assert ran.code == 3
    assert ran.err.count("; retry ") == 2
    assert "connection refused" in ran.err.splitlines()[-1]


def test_a_body_cut_off_is_fetched_again(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(200, b"half", cut=4), reply(200, b"whole")]
    ran = request_("GET", server.url, "--expect", "size={gt: 0}")
    assert (ran.code, ran.out) == (0, b"whole")


def test_what_was_printed_is_not_printed_again(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(200, b"half", cut=4), reply(200, b"whole")]
    ran = request_("GET", server.url)
    assert (ran.code, ran.out) == (3, b"half")
    assert len(server.seen) == 1


def test_a_reset_is_tried_again(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(200, b"x", cut=9, reset=True), reply(200, b"whole")]
    assert request_("GET", server.url, "--extract", "$", "-v").code == 1  # "whole" is no JSON
    assert len(server.seen) == 2


def test_retry_after_beyond_the_deadline_ends_at_once(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(429, b"slow down", [("Retry-After", "3600")])]
    ran = request_("GET", server.url, "-T", "20s")
    assert ran.code == 1
    assert len(server.seen) == 1
    assert "not retried: waiting 1h, as the server asks, would pass the deadline" in ran.err


def test_a_day_is_not_waited_without_a_deadline(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503, b"", [("Retry-After", "86400")])]
    ran = request_("GET", server.url)
    assert ran.code == 1
    assert "not retried: the server asks to wait 1d; --deadline allows that long" in ran.err


def test_retry_after_0_is_honoured(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(429, b"", [("Retry-After", "0")]), reply(200, b"ok")]
    assert request_("GET", server.url).out == b"ok"


def test_the_timeout_bounds_an_attempt(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(hang=True)]
    ran = request_("GET", server.url, "--timeout", "500ms", "--retry", "1")
    assert ran.code == 3
    assert len(server.seen) == 2
    assert "timed out after 500ms while waiting for the first byte" in ran.err.splitlines()[-1]


def test_the_deadline_ends_the_attempt_in_flight(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(hang=True)]
    ran = request_("GET", server.url, "-T", "500ms")
    assert ran.code == 124
    assert ran.err.splitlines()[-1].startswith(f"wherry: request: GET {server.url}/: the deadline passed while waiting")


def test_an_expected_status_is_no_failure(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(404, b"gone")]
    ran = request_("GET", server.url, "--expect", "status=404")
    assert (ran.code, ran.out, ran.err) == (0, b"gone", "")


def test_a_status_that_is_not_expected_is_tried_again(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(503, b"busy"), reply(200, b"fine")]
    ran = request_("GET", server.url, "--expect", "status=200")
    assert (ran.code, ran.out) == (0, b"fine")


def test_an_unmet_expectation_says_expected_and_actual(server: Any, reply: Any, request_: Any) -> None:
    server.replies = [reply(200, b'{"db":"down"}', [("Content-Type", "application/json")])]
    ran = request_("GET", server.url, "--expect", "json.$.db=up", "--expect", "status=200")
    assert (ran.code, ran.out) == (1, b"")
    body, line = ran.err.splitlines()
    assert body == '{"db":"down"}'
    assert line.startswith(f"wherry: request: GET {server.url}/: json.$.db: expected")
    assert "down" in line


def test_a_guessed_scheme_is_told(request_: Any) -> None:
    ran = request_(
        "GET",
        f"127.0.0.2.nip.invalid:{closed_port()}",
        "--resolve",
        "127.0.0.2.nip.invalid:*:127.0.0.1",
        "--retry",
        "0",
    )
    assert ran.code == 3
    assert "no scheme was given, so it was https" in ran.err


def test_a_status_without_a_phrase_gets_the_usual_one() -> None:
    assert status_words(503, "") == "HTTP 503 Service Unavailable"
    assert status_words(503, "Busy") == "HTTP 503 Busy"
    assert status_words(599, "") == "HTTP 599"
