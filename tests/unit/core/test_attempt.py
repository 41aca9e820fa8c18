from __future__ import annotations

import math
from typing import Any

import pytest

from wherry.core.attempt import (
    Again,
    Enough,
    Fault,
    Rules,
    affordable,
    after_fault,
    after_status,
    asked,
    pause,
)
from wherry.core.ratelimit import RateLimit
from wherry.core.retry import RetryPolicy

POLICY = RetryPolicy(retries=2, base_s=1.0, cap_s=30.0)
UNSAFE = Enough("POST may act twice", unsafe=True)


def rules(**changes: Any) -> Rules:
    return Rules(**{"policy": POLICY, "method": "GET", "repeatable": True, "deadline": math.inf, **changes})


TOO_LATE = Enough("waiting 9s, as the server asks, would pass the deadline")
POST = {"method": "POST", "repeatable": False}


@pytest.mark.parametrize(
    ("changes", "attempt", "fault", "expected"),
    [
        pytest.param({}, 1, Fault("reset", sent=True), Again(0.5), id="idempotent"),
        pytest.param({}, 2, Fault("reset", sent=True), Again(1.0), id="the-second-wait-is-longer"),
        pytest.param({}, 3, Fault("reset", sent=True), Enough(), id="used-up"),
        pytest.param(POST, 1, Fault("refused", sent=False), Again(0.5), id="never-opened-any-method"),
        pytest.param(POST, 1, Fault("reset", sent=True), UNSAFE, id="post-may-have-acted"),
        pytest.param({}, 1, Fault("expired", sent=False, lasting=True), Enough(), id="lasting"),
        pytest.param(
            {"deadline": 10.5}, 1, Fault("reset", sent=True), Enough("waiting 500ms would pass the deadline"), id="late"
        ),
        pytest.param({"deadline": 10.6}, 1, Fault("reset", sent=True), Again(0.5), id="in-time"),
        pytest.param({"policy": RetryPolicy(0)}, 1, Fault("reset", sent=True), Enough(), id="none-asked-for"),
    ],
)
def test_after_a_fault(changes: dict[str, Any], attempt: int, fault: Fault, expected: object) -> None:
    assert after_fault(rules(**changes), attempt, fault, now=10.0, random=lambda: 0.5) == expected


@pytest.mark.parametrize(
    ("changes", "attempt", "status", "asked_s", "expected"),
    [
        pytest.param({}, 1, 503, None, Again(0.5), id="503"),
        pytest.param({}, 1, 404, None, Enough(), id="404"),
        pytest.param({}, 1, 501, None, Enough(), id="501"),
        pytest.param({}, 1, 403, None, Enough(), id="403"),
        pytest.param({}, 1, 403, 7.0, Again(7.0), id="403-as-rate-limit"),
        pytest.param({}, 1, 429, 7.0, Again(7.0), id="at-least-as-asked"),
        pytest.param({}, 1, 429, 0.1, Again(0.5), id="asked-less-than-our-own"),
        pytest.param({}, 3, 503, None, Enough(), id="used-up"),
        pytest.param(POST, 1, 503, None, UNSAFE, id="post"),
        pytest.param({**POST, "repeatable": True}, 1, 503, None, Again(0.5), id="post-with-key"),
        pytest.param(
            {"deadline": 15.0},
            1,
            503,
            9.0,
            Enough("waiting 9s, as the server asks, would pass the deadline"),
            id="late",
        ),
        pytest.param(
            {}, 1, 503, 86400.0, Enough("the server asks to wait 1d; --deadline allows that long"), id="a-day"
        ),
        pytest.param({"deadline": 1e6}, 1, 503, 86400.0, Again(86400.0), id="a-day-is-allowed"),
    ],
)
def test_after_a_status(
    changes: dict[str, Any], attempt: int, status: int, asked_s: float | None, expected: object
) -> None:
    assert after_status(rules(**changes), attempt, status, asked_s, now=10.0, random=lambda: 0.5) == expected


EMPTY = RateLimit(0, 30.0)


@pytest.mark.parametrize(
    ("status", "value", "limit", "expected"),
    [
        pytest.param(503, "5", None, 5.0, id="seconds"),
        pytest.param(503, "Thu, 01 Jan 1970 00:01:40 GMT", None, 40.0, id="date"),
        pytest.param(503, "soon", None, None, id="words"),
        pytest.param(429, None, EMPTY, 30.0, id="limit"),
        pytest.param(429, "5", EMPTY, 5.0, id="retry-after-first"),
        pytest.param(403, None, EMPTY, 30.0, id="403-used-up"),
        pytest.param(403, "5", RateLimit(9, 30.0), None, id="403-of-another-kind"),
        pytest.param(500, None, EMPTY, None, id="500-says-nothing-about-limits"),
        pytest.param(404, "5", None, None, id="404"),
    ],
)
def test_asked(status: int, value: str | None, limit: RateLimit | None, expected: float | None) -> None:
    assert asked(status, value, limit, now_epoch_s=60.0) == expected


def test_a_pause_only_when_nothing_remains() -> None:
    assert (pause(None), pause(RateLimit(1, 9.0)), pause(EMPTY)) == (0.0, 0.0, 30.0)


def test_affordable() -> None:
    assert affordable(5.0, math.inf, 0.0, asked=True) == ""
    assert affordable(5.0, 5.0, 0.0, asked=False) == "waiting 5s would pass the deadline"
