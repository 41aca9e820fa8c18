"""A record of rows: the numbers that a run would have had, as far as rows tell them."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from load_samples import ROWS

from wherry.commands.load.record import Ended, ErrorClass, Failures
from wherry.commands.load.report.rebuild import Survey, record_of
from wherry.commands.load.report.rows import Row, Sorted
from wherry.commands.load.tally.distribution import distribution
from wherry.core.histogram import Histogram

S = 1_000_000_000
MS = 1_000_000
AT = 1_795_533_642 * S


def rebuilt(rows, attack=""):
    survey = Survey()
    with Sorted(survey.of((row, attack) for row in rows)) as ordered:
        return record_of(ordered.rows(), survey)


def row(at_ns, latency_ns=2 * MS, service_ns=None, code=200, kind="", error="", url="http://127.0.0.1/", method="GET"):
    return Row(at_ns, latency_ns, service_ns, code, 0, 10, kind, error, method, url)


def of(microseconds):
    histogram = Histogram()
    for us in microseconds:
        histogram.record(us)
    return distribution(histogram)


rows = st.builds(
    row,
    st.integers(0, 20 * S).map(lambda ns: AT + ns),
    st.integers(0, 5 * S),
    st.none(),
    st.sampled_from([200, 204, 404, 500]),
    st.sampled_from(["", "", "status"]),
    url=st.sampled_from(["http://127.0.0.1/a", "http://127.0.0.1/b"]),
)


@given(st.lists(rows, min_size=1, max_size=30))
@settings(max_examples=50)
def test_every_row_is_counted_once_in_any_order(given_rows):
    record = rebuilt(given_rows)
    failed = sum(bool(each.kind) for each in given_rows)
    counts = record.counts
    assert (counts.sent, counts.answered, counts.failed) == (len(given_rows), len(given_rows) - failed, failed)
    assert record.latency == of(each.latency_ns // 1000 for each in given_rows)
    assert record.successful == of(each.latency_ns // 1000 for each in given_rows if not each.kind)
    assert record.statuses == dict(Counter(str(each.code) for each in given_rows))
    assert sum(each.count for each in record.failures) == failed
    assert record.bytes_in == 10 * len(given_rows)
    began = min(each.at_ns for each in given_rows)
    ended = max(each.at_ns + each.latency_ns for each in given_rows)
    assert record.began_s == began / S
    assert record.elapsed_s == pytest.approx((ended - began) / S)
    assert sum(step.sent for step in record.steps) == len(given_rows)
    assert sum(step.answered + step.failed for step in record.steps) == len(given_rows)
    urls = Counter(f"GET {each.url}" for each in given_rows)
    assert {each.name: each.sent for each in record.targets} == (urls if len(urls) > 1 else {})


def test_what_vegeta_recorded():
    record = rebuilt([row(AT + n * 10 * MS) for n in range(100)], "night")
    assert (record.name, record.ended) == ("night", Ended.COMPLETE)
    assert record.plan.mode == "unknown"
    assert record.service.count == 0
    assert record.lag is None
    # A hundred requests, the last one 990 ms after the first, and 2 ms to its end; vegeta's rate is 101.01/s.
    assert record.achieved_per_s == pytest.approx(100 / 0.992)
    assert record.throughput_per_s == pytest.approx(100 / 0.992)
    assert record.target_per_s is None


def test_what_wherry_recorded_in_a_closed_loop():
    record = rebuilt([row(AT + n * MS, 2 * MS, 2 * MS) for n in range(10)])
    assert record.plan.mode == "closed"
    assert record.service == record.latency
    assert record.lag is None


def test_what_wherry_recorded_in_an_open_loop():
    record = rebuilt([row(AT + n * MS, 2 * MS + n * 2 * MS, 2 * MS) for n in range(10)])
    assert record.plan.mode == "open"
    assert record.service == of([2000] * 10)
    assert record.lag == of(n * 2000 for n in range(10))
    assert record.counts.late == 4  # 12, 14, 16 and 18 ms


def test_failures_are_told_by_class_and_words():
    record = rebuilt([
        row(AT, code=500, kind="status"), row(AT, code=500, kind="status"),
        row(AT, code=200, kind="expect", error="body: no x"), row(AT, code=0, kind="tls", error=""),
    ])  # fmt: skip
    assert sorted(record.failures, key=lambda each: each.words) == [
        Failures(kind=ErrorClass.STATUS, words="HTTP 500", count=2),
        Failures(kind=ErrorClass.EXPECT, words="body: no x", count=1),
        Failures(kind=ErrorClass.TLS, words="tls", count=1),
    ]
    assert record.statuses == {"200": 1, "500": 2}


def test_the_plan_is_what_rows_say():
    plan = rebuilt(ROWS).plan
    assert plan.methods == ("GET", "POST")
    assert plan.urls == ("http://127.0.0.1:8080/", "http://h/,")
    assert plan.targets == 2
    assert (plan.connections, plan.jobs) == (0, 0)


def test_many_targets_are_counted_and_the_first_are_told_apart():
    record = rebuilt([row(AT + n, url=f"http://127.0.0.1/{n}") for n in range(150)])
    assert record.plan.targets == 150
    assert len(record.targets) == 101
    assert {each.name: each.sent for each in record.targets}["..."] == 50


def test_two_attacks_a_year_apart_take_no_time_in_between():
    record = rebuilt([row(AT), row(AT + 365 * 86400 * S)])
    assert record.counts.sent == 2
    assert record.elapsed_s == pytest.approx(365 * 86400 + 0.002)
    assert len(record.steps) < 1000
