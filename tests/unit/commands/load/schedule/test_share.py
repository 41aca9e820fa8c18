from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.schedule.share import share_out


@pytest.mark.parametrize(
    "total, workers, shares",
    [
        pytest.param(50, 2, (25, 25), id="even"),
        pytest.param(50, 4, (13, 13, 12, 12), id="the first ones have more"),
        pytest.param(1, 3, (1, 0, 0), id="less than one each"),
        pytest.param(0, 2, (0, 0), id="nothing"),
    ],
)
def test_shares(total: int, workers: int, shares: tuple[int, ...]) -> None:
    assert share_out(total, workers) == shares


@given(st.integers(0, 10**12), st.integers(1, 100))
def test_nothing_is_lost_and_nobody_has_two_more(total: int, workers: int) -> None:
    shares = share_out(total, workers)

    assert sum(shares) == total
    assert len(shares) == workers
    assert max(shares) - min(shares) <= 1
