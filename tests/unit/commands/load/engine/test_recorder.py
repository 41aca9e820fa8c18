"""What a worker keeps between two parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.engine.recorder import Recorder, sparse
from wherry.commands.load.tally.part import KEPT, OTHERS, FailurePart, TargetPart
from wherry.core.histogram import HIGHEST_US, Histogram


def histogram(*values):
    counted = Histogram()
    for value in values:
        counted.record(value)
    return counted.sparse()


@given(st.lists(st.integers(min_value=-5, max_value=HIGHEST_US * 2)))
def test_durations_count_as_a_histogram_counts_them(values):
    assert sparse(values) == histogram(*values)


def test_what_ended_is_told_once():
    recorder = Recorder(["one"], open_loop=False)
    recorder.sending(0)
    recorder.sending(0, 2)
    good = recorder.outcome(0, 200)
    good.add(150)
    good.add(170)
    good.body += 20
    good.wire += 200
    bad = recorder.outcome(0, 0, "reset", "connection reset by the peer")
    bad.add(9_000)
    recorder.phase("connect", 0.002)
    told = recorder.take()
    assert told == {
        "sent": 3,
        "answered": 2,
        "failed": 1,
        "bytes_in": 20,
        "wire_in": 200,
        "latency": histogram(150, 170, 9_000),
        "successful": histogram(150, 170),
        "service": None,
        "lag": None,
        "phases": {"connect": histogram(2_000)},
        "statuses": {200: 2},
        "failures": [FailurePart("reset", "connection reset by the peer", 1)],
        "targets": {},
    }
    again = recorder.take()
    assert (again["sent"], again["answered"], again["failed"], again["latency"]) == (0, 0, 0, [])
    assert (again["statuses"], again["failures"], again["phases"], again["successful"]) == ({}, [], {}, None)


def test_an_outcome_that_lasts_is_the_same_one_in_the_next_part():
    recorder = Recorder(["one"], open_loop=False)
    good, status = recorder.outcome(0, 200), recorder.outcome(0, 503, "status", "HTTP 503")
    broken = recorder.outcome(0, 0, "reset", "words of which there may be many")
    for outcome in (good, status, broken):
        outcome.add(1)
    recorder.take()
    assert recorder.outcome(0, 200) is good
    assert recorder.outcome(0, 503, "status", "HTTP 503") is status
    assert recorder.outcome(0, 0, "reset", "words of which there may be many") is not broken
    good.add(5)
    assert recorder.take()["latency"] == histogram(5)


def test_an_open_loop_tells_of_service_and_lag():
    recorder = Recorder(["one"], open_loop=True)
    outcome = recorder.outcome(0, 200)
    outcome.add(500)
    outcome.services.append(300)
    recorder.lags.append(200)
    told = recorder.take()
    assert (told["latency"], told["service"], told["lag"]) == (histogram(500), histogram(300), histogram(200))
    assert (recorder.take()["service"], recorder.take()["lag"]) == ([], [])


@pytest.mark.parametrize("count", [2, KEPT, KEPT + 1, KEPT + 50])
def test_targets_are_told_apart_up_to_a_number(count):
    names = [f"target {number}" for number in range(count)]
    recorder = Recorder(names, open_loop=False)
    for number in range(count):
        recorder.sending(number)
        recorder.outcome(number, 200).add(100 + number)
    recorder.sending(0)
    recorder.outcome(0, 500, "status", "HTTP 500").add(7)
    told = recorder.take()
    rest = range(KEPT, count)
    assert list(told["targets"]) == [*names[:KEPT], *([OTHERS] if rest else [])]
    assert told["targets"]["target 0"] == TargetPart(sent=2, answered=1, failed=1, latency=histogram(100, 7))
    assert told["targets"].get(OTHERS, TargetPart()) == TargetPart(
        sent=len(rest), answered=len(rest), latency=histogram(*(100 + number for number in rest))
    )
    assert told["sent"] == count + 1 == told["answered"] + told["failed"]
