from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.core.histogram import (
    BUCKETS,
    HIGHEST_US,
    LOWEST_US,
    SIZE,
    SUB_BUCKETS,
    Histogram,
    highest_of,
    index_of,
    lowest_of,
    rank,
)

if TYPE_CHECKING:
    from typing import Any

VALUES = st.one_of(
    st.integers(LOWEST_US, HIGHEST_US),
    st.integers(LOWEST_US, 5000),
    st.integers(0, 31).map(lambda power: min(2**power, HIGHEST_US)),
)
RECORDED = st.lists(st.tuples(VALUES, st.integers(1, 10_000)), max_size=50)
PERCENTILE = st.one_of(st.sampled_from([0, 50, 75, 90, 95, 99, 99.9, 99.99, 100]), st.floats(0, 100))


def filled(recorded: list[tuple[int, int]]) -> Histogram:
    histogram = Histogram()
    for us, n in recorded:
        histogram.record(us, n)
    return histogram


def judge_of(recorded: list[tuple[int, int]]) -> Any:
    judge = pytest.importorskip("hdrh.histogram").HdrHistogram(LOWEST_US, HIGHEST_US, 3)
    for us, n in recorded:
        judge.record_value(us, n)
    return judge


@given(RECORDED)
def test_counts_and_bounds_are_those_of_hdrhistogram(recorded: list[tuple[int, int]]) -> None:
    ours, judge = filled(recorded), judge_of(recorded)

    assert (judge.bucket_count, judge.sub_bucket_count, judge.counts_len) == (BUCKETS, SUB_BUCKETS, SIZE)
    assert ours.counts == list(judge.counts)
    assert ours.count == judge.get_total_count()
    assert (ours.min or 0, ours.max or 0) == (judge.get_min_value(), judge.get_max_value())


@given(RECORDED)
@settings(max_examples=15)  # the judge takes its time
def test_mean_and_deviation_are_those_of_hdrhistogram(recorded: list[tuple[int, int]]) -> None:
    ours, judge = filled(recorded), judge_of(recorded)

    assert (ours.mean or 0.0) == pytest.approx(judge.get_mean_value(), rel=1e-12)
    # The judge's own sums lose digits where all values are in one bucket.
    assert (ours.stdev or 0.0) == pytest.approx(judge.get_stddev(), rel=1e-9, abs=1e-3)


@given(RECORDED, PERCENTILE)
def test_percentiles_are_those_of_hdrhistogram(recorded: list[tuple[int, int]], q: float) -> None:
    ours, judge = filled(recorded), judge_of(recorded)
    value = ours.percentile(q)

    if not recorded:
        assert value is None
    elif q == 0:
        assert value == judge.get_value_at_percentile(0)
    else:
        # The judge rounds a rank to the nearest, where the original, and we, round up; so it is asked for the rank.
        found = judge.get_value_at_percentile(100 * rank(q, ours.count) / ours.count)
        assert value == found
        if judge.get_target_count_at_percentile(q) == rank(q, ours.count):
            assert value == judge.get_value_at_percentile(q)


@given(st.lists(VALUES, min_size=1, max_size=200), PERCENTILE)
def test_a_percentile_is_a_value_by_rank_within_three_digits(values: list[int], q: float) -> None:
    true = sorted(values)[rank(q, len(values)) - 1]
    found = filled([(us, 1) for us in values]).percentile(q)

    assert found is not None
    assert abs(found - true) <= true / 1000
    assert q == 0 or found >= true


@pytest.mark.parametrize(
    "q, total, expected",
    [
        pytest.param(0, 10, 1, id="the first"),
        pytest.param(50, 4, 2, id="a half of an even number"),
        pytest.param(50, 5, 3, id="a half of an odd number"),
        pytest.param(99, 160, 159, id="what is not whole is rounded up"),
        pytest.param(99.9, 1000, 999, id="as decimal numbers are"),
        pytest.param(99.99, 10_000, 9_999, id="as decimal numbers are, again"),
        pytest.param(99.9, 10**15, 999 * 10**12, id="exact however many"),
        pytest.param(100, 7, 7, id="the last"),
    ],
)
def test_ranks(q: float, total: int, expected: int) -> None:
    assert rank(q, total) == expected


@pytest.mark.parametrize("q", [-1, 100.1, math.nan, math.inf])
def test_what_is_no_percentile(q: float) -> None:
    with pytest.raises(ValueError, match="no percentile"):
        filled([(1, 1)]).percentile(q)


@given(RECORDED, RECORDED, RECORDED)
def test_merging_is_adding(a: list[tuple[int, int]], b: list[tuple[int, int]], c: list[tuple[int, int]]) -> None:
    left, right = filled(a), filled(b)
    left.merge(filled(b))
    left.merge(filled(c))
    right.merge(filled(c))
    right.merge(filled(a))

    assert left.counts == right.counts == filled(a + b + c).counts


@given(RECORDED)
def test_what_is_not_zero_is_all(recorded: list[tuple[int, int]]) -> None:
    assert Histogram(filled(recorded).sparse()).counts == filled(recorded).counts


@given(VALUES)
def test_a_bucket_knows_its_bounds(us: int) -> None:
    index = index_of(us)

    assert lowest_of(index) <= us <= highest_of(index)
    assert index_of(lowest_of(index)) == index_of(highest_of(index)) == index
    assert highest_of(index) + 1 == lowest_of(index + 1)


@pytest.mark.parametrize(
    "us, counted",
    [
        pytest.param(0, LOWEST_US, id="nothing"),
        pytest.param(-5, LOWEST_US, id="a clock that went back"),
        pytest.param(10**12, HIGHEST_US, id="eleven days"),
    ],
)
def test_what_is_out_of_bounds_counts_as_the_bound(us: int, counted: int) -> None:
    assert filled([(us, 1)]).counts == filled([(counted, 1)]).counts


def test_nothing_has_no_numbers() -> None:
    empty = Histogram()

    assert (empty.count, empty.min, empty.max, empty.mean, empty.stdev) == (0, None, None, None, None)
    assert empty.percentiles(50, 99) == (None, None)


def test_one_value_has_no_deviation() -> None:
    assert filled([(777, 5)]).stdev == 0.0
