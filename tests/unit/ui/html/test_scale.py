"""Round numbers along an axis, and where a value stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.ui.html.scale import linear, logarithmic, time_scale


@pytest.mark.parametrize(
    "seconds, marks",
    [
        pytest.param(10.0, (0, 2, 4, 6, 8, 10), id="ten seconds"),
        pytest.param(9.3, (0, 2, 4, 6, 8), id="the last mark is before the end"),
        pytest.param(60.0, (0, 15, 30, 45, 60), id="a minute"),
        pytest.param(3600.0, (0, 900, 1800, 2700, 3600), id="an hour"),
        pytest.param(0.0, (0, 0.0002, 0.0004, 0.0006, 0.0008, 0.001), id="nothing"),
    ],
)
def test_time(seconds, marks):
    assert time_scale(seconds).marks == pytest.approx(marks)
    assert time_scale(seconds).high == max(seconds, 0.001)


@pytest.mark.parametrize(
    "high, marks",
    [
        pytest.param(2000, (0, 500, 1000, 1500, 2000), id="round"),
        pytest.param(2100, (0, 500, 1000, 1500, 2000, 2500), id="above a round one"),
        pytest.param(0.3, (0, 0.1, 0.2, 0.3), id="less than one"),
    ],
)
def test_linear(high, marks):
    assert linear(high).marks == pytest.approx(marks)
    assert linear(high).high == pytest.approx(marks[-1])


@pytest.mark.parametrize(
    "low, high, marks",
    [
        pytest.param(2_300, 18_000, (2_000, 5_000, 10_000, 20_000), id="one, two, five"),
        pytest.param(12_000, 12_000, (10_000, 20_000), id="one value"),
        pytest.param(10_000, 10_000, (10_000, 20_000), id="one round value"),
        pytest.param(90, 4_000_000, (100, 1_000, 10_000, 100_000, 1_000_000), id="powers of ten"),
        pytest.param(1, 3_600_000_000, (1, 100, 10_000, 1_000_000, 100_000_000), id="each second power"),
        pytest.param(-5, 0, (1, 2), id="nothing below 1 has a logarithm"),
    ],
)
def test_logarithmic(low, high, marks):
    assert logarithmic(low, high).marks == marks


def test_marks_within():
    scale = logarithmic(1024, 16_384, marks_within=True)
    assert (scale.low, scale.high, scale.marks) == (1024, 16_384, (2_000, 5_000, 10_000))
    assert logarithmic(2048, 4096, marks_within=True).marks == (2048, 4096), "no round one is between them"


@given(st.floats(-1e30, 1e30), st.floats(-1e30, 1e30), st.floats(-1e30, 1e30), st.booleans())
def test_every_value_stands_on_the_axis(one, other, value, within):
    for scale in (
        linear(other), time_scale(abs(other)), logarithmic(one, other), logarithmic(one, other, marks_within=within),
    ):  # fmt: skip
        assert 0 <= scale.place(value) <= 1
        places = [scale.place(mark) for mark in scale.marks]
        assert places == sorted(places)
        assert 1 < len(places) <= 7


def test_place():
    assert linear(10).place(2.5) == 0.25
    assert logarithmic(1, 10_000).place(100) == pytest.approx(0.5)
