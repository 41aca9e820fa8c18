from __future__ import annotations

import random
from math import inf, isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.compare import resampling
from wherry.commands.load.compare.resampling import Difference, enough

GRAIN = 1e-6
VALUES = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=5)


def differences(old: list[list[float]], new: list[list[float]], seed: int = 0) -> tuple[Difference, ...]:
    return resampling.differences(old, new, [GRAIN] * len(old), seed=seed)


@pytest.mark.parametrize(
    "old, new, can",
    [
        pytest.param(1, 1, False, id="one each"),
        pytest.param(1, 50, False, id="one has no spread"),
        pytest.param(3, 3, False, id="three each: 20 ways"),
        pytest.param(3, 4, False, id="35 ways"),
        pytest.param(3, 5, False, id="56 ways"),
        pytest.param(3, 6, True, id="84 ways"),
        pytest.param(4, 4, True, id="70 ways"),
        pytest.param(2, 11, True, id="78 ways"),
    ],
)
def test_how_many_runs_are_enough(old: int, new: int, can: bool) -> None:
    assert enough(old, new) is can


def test_a_difference_of_all_runs() -> None:
    found = differences([[1.0, 1.1, 0.9, 1.0]], [[2.0, 2.1, 1.9, 2.0]])[0]

    assert found.estimate == pytest.approx(1.0)
    assert found.told
    assert found.low is not None
    assert found.high is not None
    assert 0.7 < found.low < 1.0 < found.high < 1.3


def test_too_few_runs_have_an_estimate_only() -> None:
    found = differences([[1.0, 1.1]], [[2.0, 2.1]])[0]

    assert (found.estimate, found.low, found.high, found.told) == (pytest.approx(1.0), None, None, False)


def test_one_run_that_is_far_off_does_not_move_the_estimate() -> None:
    found = differences([[1.0, 1.1, 0.9, 1.0, 50.0]], [[2.0, 2.1, 1.9, 2.0, 2.0]])[0]

    assert found.estimate == pytest.approx(1.0)
    assert not found.told
    assert (found.low or 0) < found.estimate < (found.high or 0)


def test_no_numbers() -> None:
    assert differences([], []) == ()


def test_what_never_varies_is_the_same_or_is_not() -> None:
    same, other = differences([[1.0] * 4, [1.0] * 4], [[1.0] * 4, [2.0] * 4])

    assert (same.estimate, same.low, same.high, same.told) == (0.0, 0.0, 0.0, False)
    assert (other.estimate, other.low, other.high, other.told) == (1.0, 1.0, 1.0, True)


def test_values_that_were_rounded_have_the_spread_of_rounding() -> None:
    """Equal halves, of which four runs a side have two ways in 70: without a spread of its own t would be endless."""
    old, new = [0.0, 0.0, 0.01, 0.01], [0.3, 0.3, 0.31, 0.31]
    found = resampling.differences([old], [new], [0.01])[0]

    assert found.told
    assert isfinite(found.low or inf)
    assert isfinite(found.high or inf)


def test_another_number_makes_each_harder_to_tell() -> None:
    """What is held to 5 % are all numbers together."""
    chance = random.Random(4)
    old, new = [chance.gauss(0, 1) for _ in range(5)], [chance.gauss(3.2, 1) for _ in range(5)]
    others = [[chance.gauss(0, 1) for _ in range(5)] for _ in range(8)]
    alone = differences([old], [new])[0]
    among = differences([old, *others[:4]], [new, *others[4:]])[0]

    assert alone.estimate == pytest.approx(among.estimate)
    assert (alone.high or 0) - (alone.low or 0) < (among.high or inf) - (among.low or -inf)


def test_of_many_runs_not_all_ways_are_tried_and_the_seed_says_which() -> None:
    chance = random.Random(1)
    old, new = [[chance.gauss(0, 1) for _ in range(12)]], [[chance.gauss(1, 1) for _ in range(12)]]

    assert differences(old, new, seed=1) == differences(old, new, seed=1)
    assert differences(old, new, seed=1) != differences(old, new, seed=2)


@given(VALUES, VALUES)
def test_the_other_way_round_it_is_the_other_way_round(old: list[float], new: list[float]) -> None:
    there, back = differences([old], [new])[0], differences([new], [old])[0]

    assert there.estimate == pytest.approx(-back.estimate)
    assert there.told == back.told
    assert (there.low, there.high) == (pytest.approx(-(back.high or 0)), pytest.approx(-(back.low or 0)))


@pytest.mark.parametrize("runs", [4, 5])
def test_intervals_hold_the_truth_of_all_numbers_together(runs: int) -> None:
    """In 300 experiments with a true difference; 97 of 100 is what is said; chance allows for some less in 300."""
    chance = random.Random(11)
    truths = [0.0, 0.5, -1.0, 2.0]
    held = 0
    for _ in range(300):
        moods = [chance.gauss(0, 1) for _ in range(2 * runs)]
        rows = [[mood + chance.gauss(0, 0.5) for mood in moods] for _ in truths]
        old = [row[:runs] for row in rows]
        new = [[value + truth for value in row[runs:]] for row, truth in zip(rows, truths, strict=True)]
        found = differences(old, new)
        held += all(each.low <= truth <= each.high for each, truth in zip(found, truths, strict=True))  # type: ignore[operator]
    assert held >= 0.95 * 300
