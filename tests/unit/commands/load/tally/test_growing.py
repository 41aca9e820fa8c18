from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.tally.growing import Growing, pack, unpack
from wherry.core.histogram import SIZE, Histogram

SPARSE = st.dictionaries(st.integers(0, SIZE - 1), st.integers(1, 2**63)).map(lambda counts: sorted(counts.items()))


@given(SPARSE, SPARSE)
def test_it_grows_as_a_histogram_does(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    growing, histogram = Growing(a), Histogram(a)
    growing.add(b)
    histogram.add_sparse(b)

    assert growing.sparse() == histogram.sparse()


@given(SPARSE)
def test_what_was_packed_is_the_same(sparse: list[tuple[int, int]]) -> None:
    assert unpack(pack(sparse)) == sparse


def test_a_full_histogram_can_be_packed() -> None:
    full = [(index, 2**64 - 1) for index in range(SIZE)]

    assert unpack(pack(full)) == full


def test_packed_is_small() -> None:
    assert len(pack([(index, 1 + index % 7) for index in range(500, 2500)])) < 3 * 2000
