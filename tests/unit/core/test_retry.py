from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.retry import RETRYABLE_STATUSES, RetryPolicy, repeatable, retry_after

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


@pytest.mark.parametrize(
    "method, headers, expected",
    [
        pytest.param("GET", (), True, id="GET"),
        pytest.param("get", (), True, id="lower case"),
        pytest.param("HEAD", (), True, id="HEAD"),
        pytest.param("PUT", (), True, id="PUT"),
        pytest.param("DELETE", (), True, id="DELETE"),
        pytest.param("POST", (), False, id="POST"),
        pytest.param("PATCH", (), False, id="PATCH"),
        pytest.param("FROBNICATE", (), False, id="unknown"),
        pytest.param("POST", ("idempotency-key",), True, id="POST with a key"),
        pytest.param("POST", ("x-idempotency-key",), False, id="another header"),
    ],
)
def test_repeatable(method: str, headers: tuple[str, ...], expected: bool) -> None:
    assert repeatable(method, frozenset(headers)) is expected


def test_the_statuses_of_the_contract() -> None:
    assert sorted(RETRYABLE_STATUSES) == [408, 425, 429, 500, 502, 503, 504]


@pytest.mark.parametrize(
    "value, expected",
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param(" 0 ", 0.0, id="space"),
        pytest.param("Tue, 14 Nov 2023 22:13:50 GMT", 30.0, id="date"),
        pytest.param("Tue, 14 Nov 2023 22:13:00 GMT", 0.0, id="date gone by"),
        pytest.param("Tuesday, 14-Nov-23 22:13:50 GMT", 30.0, id="RFC 850 date"),
        pytest.param("Tue Nov 14 22:13:50 2023", 30.0, id="asctime date"),
        pytest.param("soon", None, id="words"),
        pytest.param("", None, id="empty"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="fraction"),
        pytest.param("٣", None, id="digits of another script"),
        pytest.param("Tue, 99 Nov 2023 22:13:50 GMT", None, id="impossible date"),
        pytest.param("Tue, 14 Nov 99999 22:13:50 GMT", None, id="impossible year"),
        pytest.param("9" * 5000, 100 * 365 * 86400.0, id="more seconds than there are"),
    ],
)
def test_retry_after(value: str, expected: float | None) -> None:
    assert retry_after(value, NOW) == expected


@given(st.text(max_size=40))
def test_any_field_is_a_finite_wait_or_none(value: str) -> None:
    asked = retry_after(value, NOW)
    assert asked is None or 0 <= asked < float("inf")


def test_the_server_may_ask_for_longer_not_for_shorter() -> None:
    policy = RetryPolicy(retries=3, base_s=1.0, cap_s=10.0)
    assert policy.wait(1, None, lambda: 0.5) == 0.5
    assert policy.wait(1, 7.0, lambda: 0.5) == 7.0
    assert policy.wait(3, 0.1, lambda: 0.5) == 2.0
