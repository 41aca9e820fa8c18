from __future__ import annotations

import base64
import struct
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.hdr import decode, encode, percentile_lines
from wherry.core.histogram import HIGHEST_US, LOWEST_US, SIZE, Histogram

VALUES = st.one_of(st.integers(LOWEST_US, HIGHEST_US), st.integers(LOWEST_US, 5000))
COUNTS = st.one_of(st.integers(1, 300), st.integers(1, 2**61))
RECORDED = st.lists(st.tuples(VALUES, COUNTS), max_size=50, unique_by=lambda each: each[0])


def filled(recorded: list[tuple[int, int]]) -> Histogram:
    histogram = Histogram()
    for us, n in recorded:
        histogram.record(us, n)
    return histogram


def judging() -> Any:
    return pytest.importorskip("hdrh.histogram").HdrHistogram


def plain(text: str | bytes) -> bytes:
    """What is inside the base64 and the compression."""
    return zlib.decompress(base64.b64decode(text)[8:])


def packed(inner: bytes, *, cookie: int = 0x1C849314, length: int | None = None) -> str:
    data = zlib.compress(inner)
    head = struct.pack(">II", cookie, len(data) if length is None else length)
    return base64.b64encode(head + data).decode()


def payload(counters: bytes, **changed: int) -> bytes:
    fields = {"cookie": 0x1C849313, "length": len(counters), "offset": 0, "digits": 3, "lowest": 1} | changed
    return struct.pack(">IIIIQQd", *fields.values(), HIGHEST_US, 1.0) + counters


@given(RECORDED)
def test_hdrhistogram_reads_what_we_write(recorded: list[tuple[int, int]]) -> None:
    ours = filled(recorded)
    judge = judging().decode(encode(ours))

    assert list(judge.counts) == ours.counts
    assert (judge.lowest_trackable_value, judge.highest_trackable_value) == (LOWEST_US, HIGHEST_US)
    assert judge.significant_figures == 3


@given(RECORDED)
def test_we_read_what_hdrhistogram_writes(recorded: list[tuple[int, int]]) -> None:
    judge = judging()(LOWEST_US, HIGHEST_US, 3)
    for us, n in recorded:
        judge.record_value(us, n)
    text = judge.encode()

    assert decode(text.decode()).counts == list(judge.counts)
    # It writes a single zero as a run of one, where the original, and we, write a zero: as long, and read alike.
    ours, theirs = plain(encode(filled(recorded))), plain(text)
    assert (ours[:40], len(ours)) == (theirs[:40], len(theirs))


@given(RECORDED)
def test_there_and_back(recorded: list[tuple[int, int]]) -> None:
    assert decode(encode(filled(recorded))).counts == filled(recorded).counts


def test_all_counts_at_their_greatest() -> None:
    histogram = Histogram((index, 2**63 - 1) for index in range(SIZE))

    assert decode(encode(histogram)).counts == histogram.counts


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("????", id="no base64"),
        pytest.param("AAAé", id="no ASCII"),
        pytest.param("HISTFAAAAA", id="base64 that is cut short"),
        pytest.param(base64.b64encode(b"\x1c\x84").decode(), id="shorter than a header"),
        pytest.param(packed(payload(b"\x02"), cookie=0x1C849302), id="another version outside"),
        pytest.param(packed(payload(b"\x02", cookie=0x1C849301)), id="another version inside"),
        pytest.param(packed(payload(b"\x02"), length=7), id="wrong length outside"),
        pytest.param(packed(payload(b"\x02", length=2)), id="wrong length inside"),
        pytest.param(packed(b"\x1c"), id="shorter than the inner header"),
        pytest.param(packed(payload(b"\x02", digits=2)), id="other digits"),
        pytest.param(packed(payload(b"\x02", lowest=1000)), id="another lowest value"),
        pytest.param(packed(payload(b"\x02", offset=1)), id="shifted indexes"),
        pytest.param(packed(payload(b"\x80")), id="half a number"),
        pytest.param(packed(payload(b"\xff" * 8)), id="nine bytes, the last of them missing"),
        pytest.param(packed(payload(b"\xff" * 9)), id="a run of zeros beyond the end"),
        pytest.param(packed(payload(b"\x02" * (SIZE + 1))), id="more counts than there are"),
        pytest.param(base64.b64encode(struct.pack(">II", 0x1C849314, 3) + b"abc").decode(), id="no zlib"),
        pytest.param(
            base64.b64encode(struct.pack(">II", 0x1C849314, 20) + zlib.compress(payload(b"\x02"))[:20]).decode(),
            id="zlib that is cut short",
        ),
    ],
)
def test_what_is_no_histogram(text: str) -> None:
    with pytest.raises(ValueError, match=r"\bits? "):
        decode(text)


@given(st.binary(max_size=60).map(payload).map(packed))
def test_any_counters_are_read_or_refused(text: str) -> None:
    try:
        counts = decode(text).counts
    except ValueError:
        return
    assert len(counts) == SIZE


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(packed(payload(bytes(20_000_000))), id="twenty megabytes of zeros, compressed"),
        pytest.param("A" * 5_000_000, id="as much text"),
    ],
)
def test_reading_takes_little_memory_whatever_is_given(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match="too long"):
            decode(text)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_the_table_of_percentiles() -> None:
    lines = list(percentile_lines(filled([(us, 1) for us in range(1, 1001)])))

    assert lines[:2] == ["       Value     Percentile TotalCount 1/(1-Percentile)", ""]
    assert lines[2:5] == [
        "       0.001 0.000000000000          1           1.00",
        "       0.100 0.100000000000        100           1.11",
        "       0.200 0.200000000000        200           1.25",
    ]
    # Five lines to each halving of the distance, as the original has it.
    levels = [float(line.split()[1]) for line in lines[2:-3]]
    assert levels[5:12] == [0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.775]
    assert lines[-4:] == [
        "       1.000 1.000000000000       1000",
        "#[Mean    =        0.500, StdDeviation   =        0.289]",
        "#[Max     =        1.000, Total count    =         1000]",
        "#[Buckets =           22, SubBuckets     =         2048]",
    ]


@given(RECORDED.filter(bool))
def test_each_line_of_the_table_is_a_percentile(recorded: list[tuple[int, int]]) -> None:
    histogram = filled(recorded)
    rows = [line.split() for line in percentile_lines(histogram, unit_us=1)][2:-3]
    reached = [int(row[2]) for row in rows]

    assert reached == sorted(reached)
    assert reached[-1] == histogram.count
    for value, level, _, *_ in rows:
        # The level is written with 12 digits; beyond that many values it names another rank.
        if histogram.count < 10**9 and float(level):
            assert float(value) == histogram.percentile(float(level) * 100)


def test_the_table_of_nothing() -> None:
    assert list(percentile_lines(Histogram()))[2:] == [
        "#[Mean    =        0.000, StdDeviation   =        0.000]",
        "#[Max     =        0.000, Total count    =            0]",
        "#[Buckets =           22, SubBuckets     =         2048]",
    ]
