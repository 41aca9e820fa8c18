from __future__ import annotations

import pytest

from wherry.core.ratelimit import RateLimit, read_rate_limit

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param(
            [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1700000030")], RateLimit(0, 30.0), id="epoch"
        ),
        pytest.param([("x-ratelimit-remaining", "4"), ("x-ratelimit-reset", "12")], RateLimit(4, 12.0), id="seconds"),
        pytest.param([("X-Rate-Limit-Remaining", "1"), ("X-Rate-Limit-Reset", "9")], RateLimit(1, 9.0), id="dashes"),
        pytest.param([("RateLimit-Remaining", "2"), ("RateLimit-Reset", "5")], RateLimit(2, 5.0), id="draft-3"),
        pytest.param([("RateLimit", "limit=100, remaining=0, reset=50")], RateLimit(0, 50.0), id="draft-7"),
        pytest.param([("RateLimit", '"default";r=50;t=30')], RateLimit(50, 30.0), id="draft-10"),
        pytest.param([("RateLimit", '"burst";r=0;t=2, "day";r=9;t=86400')], RateLimit(0, 2.0), id="tightest"),
        pytest.param(
            [("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1699999999")], RateLimit(0, 0.0), id="past"
        ),
        pytest.param([("X-RateLimit-Remaining", "0")], None, id="no-reset"),
        pytest.param([("X-RateLimit-Remaining", "few"), ("X-RateLimit-Reset", "soon")], None, id="words"),
        pytest.param([("X-RateLimit-Remaining", "-1"), ("X-RateLimit-Reset", "5")], None, id="negative"),
    ],
)
def test_read(headers: list[tuple[str, str]], expected: RateLimit | None) -> None:
    assert read_rate_limit(headers, NOW) == expected
