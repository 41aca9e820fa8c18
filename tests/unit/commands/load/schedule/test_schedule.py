from __future__ import annotations

import random
from fractions import Fraction
from itertools import islice, pairwise
from math import ceil
from statistics import fmean
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.schedule.rate import Rate, RateError, Stretch, parse_rate
from wherry.commands.load.schedule.schedule import Schedule

SECOND = 1_000_000_000
RATES = st.one_of(st.integers(0, 300), st.decimals("0.1", "300", places=1)).map(Fraction)
STAGES = st.lists(
    st.builds(Stretch, RATES, RATES, st.decimals("0.1", "5", places=1).map(Fraction)), min_size=1, max_size=4
).filter(lambda stages: any(stage.begin or stage.end for stage in stages))
ARRIVALS: st.SearchStrategy[Literal["constant", "poisson"]] = st.sampled_from(("constant", "poisson"))


def moments(text: str, **given: Any) -> list[int]:
    return list(Schedule(parse_rate(text), **given).arrivals())


def integral(stages: list[Stretch]) -> Fraction:
    return sum(((stage.begin + stage.end) / 2 * (stage.for_s or 0) for stage in stages), start=Fraction(0))


@pytest.mark.parametrize(
    "text, given_, first, count",
    [
        pytest.param("4/s", {"duration_s": 1.0}, [0.0, 0.25, 0.5, 0.75], 4, id="steady"),
        pytest.param("0.1/s", {"duration_s": 30.0}, [0.0, 10.0, 20.0], 3, id="the end belongs to it no more"),
        pytest.param("1/3s", {"duration_s": 9.5}, [0.0, 3.0, 6.0, 9.0], 4, id="thirds"),
        pytest.param("2/s", {"requests": 3}, [0.0, 0.5, 1.0], 3, id="so many"),
        pytest.param("2/s", {"requests": 3, "duration_s": 1.0}, [0.0, 0.5], 2, id="time ends it first"),
        pytest.param("2/s", {"requests": 3, "duration_s": 9.0}, [0.0, 0.5, 1.0], 3, id="the number ends it first"),
        pytest.param("0:8", {"duration_s": 2.0}, [0.0, 0.5**0.5, 1.0, 1.5**0.5], 8, id="a ramp up: t = sqrt(i / 2)"),
        pytest.param("8:0", {"duration_s": 2.0}, [0.0, 2 - 3.5**0.5, 2 - 3**0.5], 8, id="and down"),
        pytest.param("0:8", {"requests": 8}, [0.0, 0.5**0.5, 1.0], 8, id="a ramp as long as its number needs"),
        pytest.param("1s@2,1s@0,1s@1", {}, [0.0, 0.5, 2.0], 3, id="a pause"),
        pytest.param("1s@0.5,1s@0.5,1s@2", {}, [0.0, 2.0, 2.5], 3, id="half an arrival goes on into the next stage"),
    ],
)
def test_moments(text: str, given_: dict[str, Any], first: list[float], count: int) -> None:
    found = moments(text, **given_)

    assert len(found) == Schedule(parse_rate(text), **given_).count == count
    assert [each / SECOND for each in found[: len(first)]] == pytest.approx(first, abs=2e-9)


def test_an_endless_schedule() -> None:
    schedule = Schedule(parse_rate("3/s"))

    assert (schedule.count, schedule.duration_s) == (None, None)
    assert list(islice(schedule.arrivals(), 4)) == [0, 333_333_333, 666_666_666, SECOND]
    assert schedule.rate_at(1e9) == 3.0


@given(STAGES)
def test_there_are_as_many_as_the_integral_of_the_rate(stages: list[Stretch]) -> None:
    schedule = Schedule(Rate("", tuple(stages)))
    found = list(schedule.arrivals())

    assert len(found) == schedule.count == ceil(integral(stages))
    assert found == sorted(found)
    assert not found or (found[0] >= 0 and found[-1] <= sum(stage.for_s or 0 for stage in stages) * SECOND)


@given(STAGES)
def test_each_comes_when_the_integral_reaches_its_number(stages: list[Stretch]) -> None:
    schedule = Schedule(Rate("", tuple(stages)))

    for number, when in enumerate(schedule.arrivals()):
        fastest = schedule.rate_at(when / SECOND) or max(stage.begin for stage in stages)
        assert schedule.planned_by(when / SECOND) == pytest.approx(number, abs=3e-9 * float(fastest) + 1e-9)


@given(STAGES, st.integers(1, 7), ARRIVALS, st.one_of(st.none(), st.integers(0, 500)))
def test_workers_share_them_exactly(
    stages: list[Stretch], workers: int, arrivals: Literal["constant", "poisson"], requests: int | None
) -> None:
    schedule = Schedule(Rate("", tuple(stages)), arrivals=arrivals, requests=requests, seed=5)
    alone = list(schedule.arrivals())
    shares = [list(schedule.arrivals(worker, workers)) for worker in range(workers)]

    assert [shares[number % workers][number // workers] for number in range(len(alone))] == alone
    assert sum(map(len, shares)) == len(alone)
    assert schedule.count in (None, len(alone))


@given(st.integers(1, 10**6), st.integers(0, 10**10), st.integers(1, 10**9))
def test_a_steady_rate_is_exact_however_long_it_lasts(per_s: int, number: int, denominator: int) -> None:
    rate = Fraction(per_s, denominator)
    schedule = Schedule(Rate("", (Stretch(rate, rate),)))

    # A worker of very many begins far out.
    when = next(schedule.arrivals(number, 10**10 + 1))
    assert when == number * SECOND // rate


def test_a_ramp_keeps_its_precision_through_a_day() -> None:
    schedule = Schedule(parse_rate("100/s:10000/s"), duration_s=86400.0)
    number = 400_000_000
    found = list(islice(schedule.arrivals(number, 10**9), 1))

    # In exact arithmetic: the integral 100 t + 9900 t² / (2 * 86400) is just below the number, and above it 1 ns later.
    def reached(when: int) -> Fraction:
        t = Fraction(when, SECOND)
        return 100 * t + Fraction(9900, 2 * 86400) * t * t

    assert reached(found[0] - 20) < number < reached(found[0] + 20)


@pytest.mark.parametrize(
    "text, given_, duration_s",
    [
        pytest.param("5", {"duration_s": 10.0}, 10.0, id="given"),
        pytest.param("5", {"requests": 100}, 20.0, id="from the number"),
        pytest.param("5", {"requests": 10, "duration_s": 10.0}, 2.0, id="the number ends it"),
        pytest.param("5", {"requests": 100, "duration_s": 10.0}, 10.0, id="time ends it"),
        pytest.param("10:30", {"requests": 100}, 5.0, id="a ramp, from the number"),
        pytest.param("0:8", {"requests": 2, "duration_s": 2.0}, 1.0, id="a ramp that the number ends"),
        pytest.param("10s@5,1m@0:7", {}, 70.0, id="stages"),
    ],
)
def test_how_long_it_is(text: str, given_: dict[str, Any], duration_s: float) -> None:
    assert Schedule(parse_rate(text), **given_).duration_s == pytest.approx(duration_s)


@pytest.mark.parametrize(
    "t_s, rate, planned",
    [
        pytest.param(-1.0, 0.0, 0.0, id="before"),
        pytest.param(0.0, 10.0, 0.0, id="at the begin"),
        pytest.param(1.0, 15.0, 12.5, id="in a ramp"),
        pytest.param(2.0, 0.0, 30.0, id="a pause begins"),
        pytest.param(3.5, 40.0, 50.0, id="in the last stage"),
        pytest.param(4.0, 0.0, 70.0, id="at the end"),
        pytest.param(9.0, 0.0, 70.0, id="after it"),
    ],
)
def test_what_is_wanted_by_then(t_s: float, rate: float, planned: float) -> None:
    schedule = Schedule(parse_rate("2s@10:20,1s@0,1s@40"))

    assert (schedule.rate_at(t_s), schedule.planned_by(t_s)) == (rate, planned)


def test_no_more_is_wanted_than_there_are_requests() -> None:
    schedule = Schedule(parse_rate("10/s"), requests=15)

    assert [schedule.planned_by(t_s) for t_s in (1.0, 2.0)] == [10.0, 15.0]
    assert [schedule.rate_at(t_s) for t_s in (1.0, 2.0)] == [10.0, 0.0]


def test_random_arrivals_are_the_same_for_a_seed_only() -> None:
    given_: dict[str, Any] = {"duration_s": 5.0, "arrivals": "poisson"}

    assert moments("100/s", seed=1, **given_) == moments("100/s", seed=1, **given_)
    assert moments("100/s", seed=1, **given_) != moments("100/s", seed=2, **given_)


def test_random_arrivals_are_exponential_and_independent() -> None:
    """Of a Poisson process: the mean and the variance of the gaps, and of the counts, and what follows what."""
    found = moments("1000/s", duration_s=100.0, arrivals="poisson", seed=7)
    gaps = [(after - before) / SECOND for before, after in pairwise(found)]
    mean = fmean(gaps)
    counts = [0] * 1000
    for each in found:
        counts[each * 10 // SECOND] += 1
    per_tenth = fmean(counts)

    assert mean == pytest.approx(0.001, rel=0.02)
    assert fmean((gap - mean) ** 2 for gap in gaps) == pytest.approx(mean**2, rel=0.05)
    assert fmean((a - mean) * (b - mean) for a, b in pairwise(gaps)) == pytest.approx(0, abs=0.02 * mean**2)
    assert fmean((each - per_tenth) ** 2 for each in counts) == pytest.approx(per_tenth, rel=0.15)


def test_random_arrivals_follow_the_rate() -> None:
    found = moments("10s@100:900,10s@0,10s@200", arrivals="poisson", seed=3)
    in_halves = [sum(1 for each in found if low <= each / SECOND < low + 5) for low in range(0, 30, 5)]

    expected = [1500, 3500, 0, 0, 1000, 1000]
    for seen, wanted in zip(in_halves, expected, strict=True):
        assert abs(seen - wanted) <= 4 * wanted**0.5


def test_a_number_of_random_arrivals_is_exact() -> None:
    schedule = Schedule(parse_rate("50/s"), requests=77, arrivals="poisson", seed=random.randrange(1000))

    assert len(list(schedule.arrivals())) == schedule.count == 77


@pytest.mark.parametrize(
    "text, given_, words",
    [
        pytest.param("30s@5/s", {"duration_s": 10.0}, "leave the duration out", id="two durations"),
        pytest.param("1:5", {}, "say how long that is", id="a ramp without an end"),
    ],
)
def test_what_fits_no_run(text: str, given_: dict[str, Any], words: str) -> None:
    with pytest.raises(RateError, match=words):
        Schedule(parse_rate(text), **given_)
