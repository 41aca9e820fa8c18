from __future__ import annotations

import random
import tracemalloc

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tally_samples import part, sparse

from wherry.commands.load.events import Progress, Stage
from wherry.commands.load.record import Counts, Ended, ErrorClass, Failures, Plan, Record
from wherry.commands.load.schedule.rate import parse_rate
from wherry.commands.load.schedule.schedule import Schedule
from wherry.commands.load.tally.part import KEPT, OTHERS, FailurePart, Part, TargetPart
from wherry.commands.load.tally.tally import Tally
from wherry.core.hdr import decode
from wherry.core.histogram import Histogram

CLOSED = Plan(
    mode="closed", methods=("GET",), urls=("http://127.0.0.1:1/",), targets=1, connections=2, jobs=2, timeout_s=10.0
)
OPEN = msgspec.structs.replace(CLOSED, mode="open", rate="100/s", arrivals="constant")


def record(*parts: tuple[int, Part], plan: Plan = CLOSED, schedule: Schedule | None = None) -> Record:
    tally = Tally(2, schedule)
    for worker, each in parts:
        tally.add(worker, each)
    return tally.record(plan, wherry="1.2.3", began_s=1000.0, ended=Ended.COMPLETE, name="mine")


def progress(*parts: tuple[int, Part], schedule: Schedule | None = None) -> Progress:
    tally = Tally(2, schedule)
    for worker, each in parts:
        tally.add(worker, each)
    return tally.progress(elapsed_s=4.5, stage=Stage.MEASURING, done=0.5)


def test_the_parts_of_two_workers_are_one_record() -> None:
    found = record(
        (0, part(0.125, [100, 200], bytes_in=30, wire_in=300, wire_out=90, statuses={200: 2}, cpu_s=0.1)),
        (1, part(0.125, [300], bytes_in=10, wire_in=100, wire_out=30, statuses={204: 1}, cpu_s=0.05)),
        (0, part(0.25, [400], connections=1, reused=2, retried=1, cut=1, sent=2, statuses={200: 1}, cpu_s=0.0)),
    )

    assert found.counts == Counts(sent=5, answered=4, cut=1, connections=1, reused=2, retried=1)
    assert (found.bytes_in, found.wire_in, found.wire_out) == (40, 400, 120)
    assert found.statuses == {"200": 3, "204": 1}
    assert found.cpu == pytest.approx((0.4, 0.4))
    assert decode(found.latency.hdr).sparse() == sparse(100, 200, 300, 400)
    assert (found.latency, found.lag) == (found.service, None)
    assert found.successful == found.latency
    assert (found.elapsed_s, found.achieved_per_s, found.throughput_per_s) == (0.25, 20.0, 16.0)
    assert (found.wherry, found.name, found.began_s, found.ended) == ("1.2.3", "mine", 1000.0, Ended.COMPLETE)
    assert sum(step.answered for step in found.steps) == 4


def test_failures_are_in_the_latency_and_not_among_the_successful() -> None:
    bad = [FailurePart("timeout", "no answer in 1s", 1), FailurePart("status", "HTTP 503", 2)]
    found = record(
        (0, part(0.125, [100, 900, 901, 902], answered=1, failed=3, successful=sparse(100), failures=bad)),
        (1, part(0.125, [100], failures=[])),
        (1, part(0.25, [800], answered=0, failed=1, successful=[], failures=[FailurePart("status", "HTTP 503", 1)])),
    )

    assert found.latency.count == 6
    assert decode(found.successful.hdr).sparse() == sparse(100, 100)
    assert found.failures == (
        Failures(kind=ErrorClass.STATUS, words="HTTP 503", count=3),
        Failures(kind=ErrorClass.TIMEOUT, words="no answer in 1s", count=1),
    )
    assert found.error_rate == pytest.approx(4 / 6)


def test_an_open_loop_has_service_and_lag_of_its_own() -> None:
    schedule = Schedule(parse_rate("100/s"), duration_s=2.0)
    found = record(
        (0, part(0.125, [500, 600], service=sparse(100, 100), lag=sparse(400, 500), late=0, dropped=0)),
        (1, part(0.25, [20_000], service=sparse(1000), lag=sparse(19_000), late=1, dropped=3)),
        plan=OPEN,
        schedule=schedule,
    )

    assert found.counts == Counts(planned=200, sent=3, answered=3, late=1, dropped=3)
    assert (found.target_per_s, found.steps[0].target_per_s) == (100.0, 100.0)
    assert decode(found.service.hdr).sparse() == sparse(100, 100, 1000)
    assert found.lag is not None
    assert decode(found.lag.hdr).sparse() == sparse(400, 500, 19_000)


@pytest.mark.parametrize(
    ("sent", "last_s", "achieved", "throughput"),
    [
        pytest.param([(0.125, 10), (2.0, 190)], 1.99, 100.0, 100.0, id="in time: the pause after the last counts"),
        pytest.param([(0.125, 10), (2.0, 190)], 7.0, 100.0, 200 / 7, id="slow answers are no slow sending"),
        pytest.param([(2.0, 100), (5.125, 100)], 5.125, 40.0, 200 / 5.125, id="sent after the schedule"),
    ],
)
def test_the_rate_of_an_open_loop_is_that_of_its_sending(
    sent: list[tuple[float, int]], last_s: float, achieved: float, throughput: float
) -> None:
    parts = [(0, part(until_s, sent=count, first_s=0.0)) for until_s, count in sent]
    parts.append((0, part(last_s, [100] * 200, sent=0, last_s=last_s)))
    found = record(*parts, plan=OPEN, schedule=Schedule(parse_rate("100/s"), duration_s=2.0))

    assert (found.elapsed_s, found.achieved_per_s) == (last_s, pytest.approx(achieved))
    assert found.throughput_per_s == pytest.approx(throughput)


def test_what_chance_planned_is_known_afterwards() -> None:
    schedule = Schedule(parse_rate("100/s"), duration_s=2.0, arrivals="poisson")
    found = record((0, part(0.125, [500, 600], dropped=3)), plan=OPEN, schedule=schedule)

    assert (found.counts.planned, found.target_per_s) == (5, 100.0)


def test_a_closed_loop_plans_its_number() -> None:
    assert record((0, part(0.125, [1])), plan=msgspec.structs.replace(CLOSED, requests=50)).counts.planned == 50


def test_phases_and_targets_are_told_apart() -> None:
    first = {"a": TargetPart(sent=2, answered=1, failed=1, latency=sparse(100, 200)), "b": TargetPart(sent=1)}
    second = {"b": TargetPart(sent=0, answered=1, latency=sparse(300))}
    found = record(
        (0, part(0.125, [100, 200], targets=first, phases={"connect": sparse(10)})),
        (1, part(0.25, [300], targets=second, phases={"connect": sparse(30), "tls": sparse(50)})),
    )

    assert {name: each.max_us for name, each in found.phases.items()} == {"connect": 30, "tls": 50}
    assert [(each.name, each.sent, each.answered, each.failed) for each in found.targets] == [
        ("a", 2, 1, 1),
        ("b", 1, 1, 0),
    ]
    assert [each.latency.max_us for each in found.targets] == [200, 300]


def test_the_warm_up_is_only_counted() -> None:
    found = record(
        (0, part(-1.0, warmup=70, open_connections=5, cpu_s=0.9)),
        (0, part(0.0, warmup=30, open_connections=5, cpu_s=0.9)),
        (0, part(0.125, [100])),
    )

    assert (found.counts, found.latency.count, found.cpu) == (Counts(sent=1, answered=1, warmup=100), 1, (0.0, 0.0))
    assert len(found.steps) == 1


def test_a_run_in_which_nothing_was_sent() -> None:
    found = record((0, part(0.125)))

    assert (found.elapsed_s, found.achieved_per_s, found.throughput_per_s) == (0.0, 0.0, 0.0)
    assert (found.latency.count, found.error_rate) == (0, None)
    assert record().steps == ()


def test_a_run_in_which_nothing_has_ended() -> None:
    found = record((0, part(0.125, sent=4, first_s=0.01)), (0, part(2.0, cut=4)))

    assert (found.elapsed_s, found.achieved_per_s) == (pytest.approx(1.99), pytest.approx(4 / 1.99))


def test_elapsed_is_from_the_first_sending_to_the_last_end() -> None:
    found = record(
        (0, part(0.125, [100], first_s=0.02, last_s=0.1)),
        (1, part(0.125, [100], first_s=0.01, last_s=0.12)),
        (0, part(0.25, [100], first_s=0.13, last_s=0.135)),
        (1, part(0.25)),
    )

    assert found.elapsed_s == pytest.approx(0.125)


def test_a_hundred_wordings_and_targets_are_kept() -> None:
    parts = [
        (
            number % 2,
            part(
                0.125 * (number + 1),
                [100],
                failures=[FailurePart("reset", f"words {number}", 1), FailurePart("closed", f"words {number}", 1)],
                targets={f"target {number}": TargetPart(sent=1, latency=sparse(100))},
            ),
        )
        for number in range(300)
    ]
    found = record(*parts)

    assert len(found.failures) == KEPT + 2
    assert [(each.kind, each.words, each.count) for each in found.failures[-2:]] == [
        ("closed", OTHERS, 250),
        ("reset", OTHERS, 250),
    ]
    assert len(found.targets) == KEPT + 1
    assert (found.targets[-1].name, found.targets[-1].sent) == (OTHERS, 200)


def test_progress() -> None:
    found = progress(
        (0, part(0.5, [100, 200], statuses={200: 2}, open_connections=10)),
        (1, part(0.5, [300], statuses={200: 1}, open_connections=7)),
        (0, part(3.0, [400, 500, 600], statuses={200: 2, 500: 1}, open_connections=9, answered=2, failed=1)),
        (1, part(3.5, [700], open_connections=8, failures=[FailurePart("reset", "gone", 2)])),
        schedule=Schedule(parse_rate("0:70"), duration_s=7.0),
    )

    assert (found.elapsed_s, found.stage, found.done) == (4.5, Stage.MEASURING, 0.5)
    assert (found.counts.sent, found.counts.answered, found.counts.failed) == (7, 6, 1)
    assert (found.sent_per_s, found.answered_per_s, found.target_per_s) == (4.0, 3.0, 35.0)
    assert found.open_connections == 17
    assert (found.latency_us["50"], found.latency_us["99"], found.latency_us["max"]) == (400, 700, 700)
    assert found.statuses == {"200": 5, "500": 1}
    assert [each.words for each in found.failures] == ["gone"]
    assert sum(step.sent for step in found.steps) == 7


def test_progress_before_anything_happened() -> None:
    found = progress((0, part(-1.0, warmup=3, open_connections=2)))

    assert (found.counts, found.latency_us, found.steps) == (Counts(warmup=3), {}, ())
    assert (found.sent_per_s, found.target_per_s, found.open_connections) == (0.0, None, 2)


def test_rates_of_less_than_a_second_are_of_that() -> None:
    assert progress((0, part(0.25, [1, 2]))).sent_per_s == 8.0


PARTS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(1, 30), st.lists(st.integers(1, 10**6), max_size=5)), max_size=20
)


@given(PARTS, st.randoms())
@settings(max_examples=30)
def test_the_order_in_which_workers_are_heard_does_not_matter(
    given_: list[tuple[int, int, list[int]]], chance: random.Random
) -> None:
    parts = [(worker, part(number * 0.125, values)) for worker, number, values in given_]
    shuffled = chance.sample(parts, len(parts))

    assert record(*parts) == record(*shuffled)


@given(PARTS)
@settings(max_examples=30)
def test_nothing_is_lost_on_the_way(given_: list[tuple[int, int, list[int]]]) -> None:
    decoder = msgspec.msgpack.Decoder(Part)
    sent = [(worker, part(number * 0.125, values)) for worker, number, values in given_]
    found = record(*((worker, decoder.decode(msgspec.msgpack.encode(each))) for worker, each in sent))
    histogram = Histogram()
    for _, _, values in given_:
        for us in values:
            histogram.record(us)

    assert (decode(found.latency.hdr).counts if found.latency.hdr else Histogram().counts) == histogram.counts
    assert sum(step.answered for step in found.steps) == found.counts.answered == histogram.count


def test_memory_is_the_same_after_a_million_seconds() -> None:
    """With failures of ever new words, and ever new targets."""
    tally = Tally(1)
    chance = random.Random(1)
    grown = []
    tracemalloc.start()
    try:
        for until_s in range(500, 1_000_001, 500):
            tally.add(
                0,
                part(
                    float(until_s),
                    [int(chance.lognormvariate(7, 1)) for _ in range(20)],
                    failures=[FailurePart("reset", f"connection {until_s} was reset", 1)],
                    targets={f"target {until_s}": TargetPart(sent=1, latency=[(until_s % 5000, 1)])},
                ),
            )
            if until_s in (500_000, 1_000_000):
                grown.append(
                    tally.progress(elapsed_s=1.0, stage=Stage.MEASURING) and tracemalloc.get_traced_memory()[0]
                )
    finally:
        tracemalloc.stop()

    assert grown[1] - grown[0] < 1_000_000
    assert grown[1] < 6_000_000
