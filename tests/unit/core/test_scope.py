from __future__ import annotations

import math

import pytest

from wherry.core.scope import Scope


@pytest.mark.parametrize(
    "deadline, now, left",
    [
        pytest.param(None, 5.0, math.inf, id="no deadline"),
        pytest.param(12.0, 5.0, 7.0, id="some left"),
        pytest.param(12.0, 12.0, 0.0, id="at the deadline"),
        pytest.param(12.0, 20.0, 0.0, id="past it"),
    ],
)
def test_remaining(deadline: float | None, now: float, left: float) -> None:
    assert Scope(deadline).remaining(now) == left


@pytest.mark.parametrize(
    "deadline, seconds, instant",
    [
        pytest.param(None, None, None, id="neither"),
        pytest.param(None, 3.0, 8.0, id="no deadline"),
        pytest.param(12.0, None, 12.0, id="no time-out"),
        pytest.param(12.0, 3.0, 8.0, id="the time-out is earlier"),
        pytest.param(12.0, 30.0, 12.0, id="the deadline is earlier"),
        pytest.param(2.0, 30.0, 5.0, id="past the deadline it is now"),
    ],
)
def test_instant(deadline: float | None, seconds: float | None, instant: float | None) -> None:
    assert Scope(deadline).instant(5.0, seconds) == instant
