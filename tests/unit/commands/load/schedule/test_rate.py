from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.schedule.rate import RateError, Stretch, parse_rate


def steady(rate: Fraction | int, for_s: int | None = None) -> Stretch:
    return ramp(rate, rate, for_s)


def ramp(begin: Fraction | int, end: Fraction | int, for_s: Fraction | int | None = None) -> Stretch:
    return Stretch(Fraction(begin), Fraction(end), None if for_s is None else Fraction(for_s))


@pytest.mark.parametrize(
    "text, stretches",
    [
        pytest.param("500", [steady(500)], id="bare"),
        pytest.param("500/s", [steady(500)], id="per second"),
        pytest.param("1500/m", [steady(25)], id="per minute"),
        pytest.param("1/250ms", [steady(4)], id="per so many milliseconds"),
        pytest.param("1/3s", [steady(Fraction(1, 3))], id="a third, exactly"),
        pytest.param("0.1/s", [steady(Fraction(1, 10))], id="a tenth, exactly"),
        pytest.param("5.", [steady(5)], id="a point at the end"),
        pytest.param(".5", [steady(Fraction(1, 2))], id="a point at the begin"),
        pytest.param(" 100 / s : 1000 / s ", [ramp(100, 1000)], id="ramp, with spaces"),
        pytest.param("0:600/m", [ramp(0, 10)], id="ramp from nothing"),
        pytest.param("30s@50/s", [steady(50, 30)], id="one stage"),
        pytest.param("30s@50/s,1m@200/s", [steady(50, 30), steady(200, 60)], id="stages"),
        pytest.param("250ms@50:200,1m30s@200", [ramp(50, 200, Fraction(1, 4)), steady(200, 90)], id="ramp in a stage"),
        pytest.param("10s@50,5s@0,10s@50", [steady(50, 10), steady(0, 5), steady(50, 10)], id="a pause"),
        pytest.param("10000000/s", [steady(10_000_000)], id="the most"),
    ],
)
def test_rates(text: str, stretches: list[Stretch]) -> None:
    rate = parse_rate(text)

    assert rate.stretches == tuple(stretches)
    assert rate.text == text.strip()


@pytest.mark.parametrize(
    "text, words",
    [
        pytest.param("", "'' is not a rate; write it like 500/s, 1500/m, 100/s:1000/s (a ramp)", id="empty"),
        pytest.param("fast", "'fast' is not a rate", id="a word"),
        pytest.param("infinity", "'infinity' is not a rate", id="infinity"),
        pytest.param("-5/s", "'-5/s' is not a rate", id="negative"),
        pytest.param("1e3", "'1e3' is not a rate", id="an exponent"),
        pytest.param("\u0665/s", "is not a rate", id="digits of another script"),
        pytest.param("500rps", "'500rps' is not a rate", id="another unit"),
        pytest.param("5/", "'5/' is not a rate", id="no unit"),
        pytest.param("5/0s", "'5/0s' is not a rate", id="per nothing"),
        pytest.param("5/parsec", "'5/parsec' is not a rate", id="per a length"),
        pytest.param("1:2:3", "'1:2:3': '2:3' is not a rate", id="two ramps in one"),
        pytest.param("5/s,", "'5/s,': '' is not a rate", id="nothing after a comma"),
        pytest.param("30s@", "'30s@': '' is not a rate", id="a stage without a rate"),
        pytest.param("@5/s", "'@5/s': '' is not a duration", id="a stage without a duration"),
        pytest.param("30x@5/s", "'30x@5/s': '30x' is not a duration; write it like 250ms", id="no duration"),
        pytest.param("0s@5/s", "'0s@5/s': a stage that lasts no time", id="a stage of no time"),
        pytest.param("30s@5/s,6/s", "each of several stages says how long it lasts", id="a stage that never ends"),
        pytest.param("5/s,30s@6/s", "each of several stages says how long it lasts", id="the first one, even"),
        pytest.param("0", "'0' sends nothing; without --rate", id="nothing"),
        pytest.param("0/s:0/s", "sends nothing", id="a ramp of nothing"),
        pytest.param("10s@0,1m@0", "sends nothing", id="stages of nothing"),
        pytest.param("10000001/s", "'10000001/s' is more than 10,000,000 a second", id="too much"),
        pytest.param("9" * 5000, "'99999999999999999999…' is too long for a rate", id="endless"),
        pytest.param("9" * 1999, "is more than 10,000,000 a second", id="nearly endless"),
    ],
)
def test_what_is_no_rate(text: str, words: str) -> None:
    with pytest.raises(RateError) as caught:
        parse_rate(text)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "text, duration_s",
    [
        pytest.param("500/s", None, id="steady"),
        pytest.param("1:5", None, id="ramp"),
        pytest.param("30s@50,1m@2:3", 90.0, id="stages"),
    ],
)
def test_how_long_stages_last(text: str, duration_s: float | None) -> None:
    assert parse_rate(text).duration_s == duration_s


@given(st.text(alphabet="0123456789./smh@:, x", max_size=30))
def test_any_text_is_a_rate_or_refused(text: str) -> None:
    try:
        rate = parse_rate(text)
    except RateError:
        return
    assert any(stretch.begin or stretch.end for stretch in rate.stretches)
