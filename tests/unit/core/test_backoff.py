from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.backoff import full_jitter, growing


@pytest.mark.parametrize(
    "attempt, longest",
    [
        pytest.param(1, 0.5, id="first"),
        pytest.param(2, 1.0, id="doubles"),
        pytest.param(4, 4.0, id="doubles again"),
        pytest.param(7, 30.0, id="capped"),
        pytest.param(100_000, 30.0, id="never overflows"),
    ],
)
def test_full_jitter_is_spread_from_zero_to_the_ceiling(attempt: int, longest: float) -> None:
    def wait(chance: float) -> float:
        return full_jitter(attempt, base_s=0.5, cap_s=30.0, random=lambda: chance)

    assert wait(0.0) == 0.0
    assert wait(0.5) == longest / 2
    assert wait(1.0) == longest


@pytest.mark.parametrize(
    "attempt, middle",
    [
        pytest.param(1, 1.0, id="first"),
        pytest.param(2, 1.5, id="half longer"),
        pytest.param(3, 2.25, id="and again"),
        pytest.param(10, 5.0, id="capped"),
        pytest.param(100_000, 5.0, id="never overflows"),
    ],
)
def test_growing_stays_within_ten_per_cent(attempt: int, middle: float) -> None:
    def wait(chance: float) -> float:
        return growing(attempt, base_s=1.0, cap_s=5.0, random=lambda: chance)

    assert wait(0.0) == pytest.approx(middle * 0.9)
    assert wait(0.5) == pytest.approx(middle)
    assert wait(1.0) == pytest.approx(middle * 1.1)


@given(st.integers(1, 10**6), st.floats(0, 100), st.floats(0, 1000), st.floats(0, 1, exclude_max=True))
def test_no_wait_is_negative_or_above_the_cap(attempt: int, base_s: float, cap_s: float, chance: float) -> None:
    assert 0 <= full_jitter(attempt, base_s=base_s, cap_s=cap_s, random=lambda: chance) <= cap_s
    assert 0 <= growing(attempt, base_s=base_s, cap_s=cap_s, random=lambda: chance) <= cap_s * 1.1 + 1e-9
