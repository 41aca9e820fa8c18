"""When a run says that it was held back by the client."""

from __future__ import annotations

import sys

import pytest
from msgspec.structs import replace

from wherry.commands.load.engine.limits import limits, possible_connections
from wherry.commands.load.record import Counts, Distribution, Plan, Record, Step

PLAN = Plan(mode="open", methods=("GET",), urls=("http://127.0.0.1/",), targets=1, connections=10, jobs=2, timeout_s=20)
RECORD = Record(
    wherry="0", began_s=0.0, elapsed_s=10.0, plan=PLAN, counts=Counts(sent=1000, answered=1000), achieved_per_s=100.0,
    throughput_per_s=100.0, latency=Distribution(count=0), service=Distribution(count=0),
    successful=Distribution(count=0), cpu=(0.4, 0.5),
)  # fmt: skip
FULL = (Step(at_s=0.0, for_s=0.25, open_connections=10),)


@pytest.mark.parametrize(
    ("changes", "own_fault", "words"),
    [
        pytest.param({}, 0, [], id="nothing"),
        pytest.param({"cpu": (0.4, 0.97)}, 0, ["1 of 2 processes that send had no rest"], id="one process"),
        pytest.param({"cpu": (1.0,)}, 0, ["the process that sends had no rest"], id="the process"),
        pytest.param({}, 10, [], id="a few late ones"),
        pytest.param({}, 11, ["11 requests were sent late although a connection was free"], id="late ones"),
        pytest.param(
            {"counts": Counts(sent=1000, answered=1000, late=50), "steps": FULL}, 11,
            ["11 requests were sent late", "39 requests had to wait for one of 10 connections"],
            id="both",
        ),
        pytest.param({"counts": Counts(sent=1000, answered=1000, late=50)}, 0, [], id="connections were to be had"),
        pytest.param(
            {"counts": Counts(sent=1000, answered=1000, late=50), "steps": FULL, "plan": replace(PLAN, mode="closed")},
            0, [], id="a closed loop waits for its connections",
        ),
    ],
)  # fmt: skip
def test_what_held_a_run_back(changes, own_fault, words):
    found = [limited.words for limited in limits(replace(RECORD, **changes), own_fault, possible=10)]
    assert len(found) == len(words)
    assert all(part in whole for part, whole in zip(words, found, strict=True))


def test_fewer_connections_than_wanted_are_what_the_system_allows():
    record = replace(
        RECORD, counts=Counts(sent=1000, answered=1000, late=50), steps=FULL, plan=replace(PLAN, connections=500)
    )
    (limited,) = limits(record, 0, possible=10)
    assert limited.words == (
        "50 requests had to wait for one of 10 connections, more than which the system does not let us open"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_what_is_possible_is_the_system_s_to_say():
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert possible_connections(3, 2) == 3
    if hard != resource.RLIM_INFINITY:
        assert hard < possible_connections(hard * 3, 2) < hard * 2
