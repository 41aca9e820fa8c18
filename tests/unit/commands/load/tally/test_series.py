from __future__ import annotations

import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tally_samples import part, sparse

from wherry.commands.load.record import Step
from wherry.commands.load.tally.part import PART_S
from wherry.commands.load.tally.series import FIRST_S, MOST_STEPS, Series
from wherry.core.histogram import highest_of, percentiles_of

UNTIL = st.one_of(st.floats(0.01, 400), st.floats(0.01, 1e6), st.sampled_from([PART_S, FIRST_S, 150.0, 150.125]))
LATENCIES = st.lists(st.integers(1, 10**7), max_size=5)


def series(*parts: tuple[float, list[int]]) -> tuple[Step, ...]:
    found = Series()
    for until_s, latencies in parts:
        found.add(part(until_s, latencies), 0)
    return found.steps()


def test_two_parts_of_each_worker_make_a_step() -> None:
    steps = series((0.125, [100]), (0.125, [200]), (0.25, [300]), (0.25, []), (0.375, [400]))

    assert [(step.at_s, step.for_s, step.answered) for step in steps] == [(0.0, 0.25, 3), (0.25, 0.125, 1)]
    assert (steps[0].p50_us, steps[0].p99_us, steps[0].max_us) == (200, 300, 300)


def test_a_part_that_comes_late_belongs_to_its_time() -> None:
    steps = series((1.0, [100]), (2.0, [100]), (0.125, [700]), (1.0, [900]))

    assert [step.answered for step in steps] == [1, 0, 0, 2, 0, 0, 0, 1]
    assert (steps[0].max_us, steps[3].max_us) == (700, 900)


def test_where_nothing_happened_there_is_a_step_of_nothing() -> None:
    steps = series((0.125, [100]), (10.0, [100]))

    assert len(steps) == 40
    assert steps[20] == Step(at_s=5.0, for_s=0.25)


def test_a_rest_that_is_too_short_is_with_the_step_before() -> None:
    found = Series(lambda t_s: 10 * t_s)
    for each in (part(0.25, [100, 200]), part(0.5, [300]), part(0.502, [400], for_s=0.002)):
        found.add(each, 0)

    first, last = found.steps()
    assert (first.for_s, first.answered) == (0.25, 2)
    assert (last.at_s, last.for_s, last.answered, last.max_us) == (0.25, pytest.approx(0.252), 2, 400)
    assert last.target_per_s == pytest.approx(10.0)


def test_there_is_nothing_before_the_begin() -> None:
    assert series() == ()


@given(st.lists(st.tuples(UNTIL, LATENCIES), min_size=1, max_size=60))
def test_steps_are_the_sums_of_their_parts(parts: list[tuple[float, list[int]]]) -> None:
    steps = series(*parts)
    length = steps[1].at_s if len(steps) > 1 else 1e9

    assert len(steps) <= MOST_STEPS
    assert all(step.for_s == length for step in steps[:-1])
    assert len(steps) == 1 or length / 4 <= steps[-1].for_s <= length * 1.25
    assert all(after.at_s == before.at_s + before.for_s for before, after in pairwise(steps))
    inside: list[list[int]] = [[] for _ in steps]
    for until_s, values in parts:
        inside[min(int(max(until_s - PART_S / 2, 0) / length), len(steps) - 1)] += values
    for step, values in zip(steps, inside, strict=True):
        assert step.answered == step.sent == len(values) == sum(step.heat)
        if values:
            counted = sparse(*values)
            assert (step.p50_us, step.p90_us, step.p99_us) == percentiles_of(counted, 50, 90, 99)
            assert step.max_us == highest_of(counted[-1][0])


@given(st.lists(st.integers(1, 3_600_000_000), min_size=1, max_size=50))
def test_heat_counts_by_power_of_two(values: list[int]) -> None:
    heat = series((0.125, values))[0].heat

    for power, count in enumerate(heat):
        # What is counted in one bucket of the histogram is never on both sides of a power of two.
        assert count == sum(1 for us in values if 2**power <= us < 2 ** (power + 1))
    assert heat[-1]


def test_a_full_series_doubles_its_steps() -> None:
    found = Series()
    for number in range(1, 2 * MOST_STEPS + 1):
        found.add(part(number * PART_S, [number]), number % 7)
    before = found.steps()
    found.add(part((2 * MOST_STEPS + 1) * PART_S, [9]), 3)
    after = found.steps()

    assert (len(before), before[0].for_s) == (MOST_STEPS, FIRST_S)
    assert (len(after), after[0].for_s) == (MOST_STEPS // 2 + 1, 2 * FIRST_S)
    assert [step.answered for step in after[:-1]] == [4] * (MOST_STEPS // 2)
    assert [step.max_us for step in after[:2]] == [4, 8]
    assert after[0].open_connections == 4


@pytest.mark.parametrize("for_s", [PART_S, 5.0], ids=["as long as asked for", "of a worker that was held up"])
def test_what_the_schedule_wanted(for_s: float) -> None:
    found = Series(lambda t_s: 50 * t_s * t_s)
    found.add(part(1.0, [100], for_s=for_s), 0)

    for step in found.steps():
        assert step.target_per_s == pytest.approx(100 * (step.at_s + step.for_s / 2))


def test_memory_is_the_same_after_a_million_seconds() -> None:
    """Two workers, one of them behind; latencies that wander, so that each step has other buckets."""
    found = Series()
    peaks = []
    tracemalloc.start()
    try:
        for until_s in range(1, 1_000_001, 500):
            values = [300 + (until_s * 7919 + k * 104_729) % 20_000 for k in range(20)]
            found.add(part(float(until_s), values), 10)
            found.add(part(max(until_s - 7.0, 1.0), values[:5]), 10)
            if until_s % 50_000 == 1:
                peaks.append(tracemalloc.get_traced_memory()[1])
    finally:
        tracemalloc.stop()

    steps = found.steps()
    assert len(steps) <= MOST_STEPS
    assert sum(step.answered for step in steps) == 25 * 2000
    assert peaks[-1] < 4_000_000
