"""Whether a check that failed is tried again, and when."""

from __future__ import annotations

import math

import pytest

from wherry.commands.check.again import Failure, Rules, follow
from wherry.commands.check.plan import Job
from wherry.commands.check.results import Severity
from wherry.commands.check.suite.planned import Planned
from wherry.core.attempt import Again, Enough
from wherry.core.retry import RetryPolicy
from wherry.core.target import Kind


def tried(retries: int = 0, tries: int = 1) -> Job:
    policy = RetryPolicy(retries, base_s=1.0, cap_s=8.0)
    job = Job(Planned(0, "s", "", "a", "f", 1, Kind.HTTP, "http://h/", Severity.ERROR, recipe=None, retry=policy))
    job.tries = tries
    return job


@pytest.mark.parametrize(
    "job, failure, rules, expected",
    [
        pytest.param(tried(), Failure(), Rules(), Enough(), id="no retries"),
        pytest.param(tried(1), Failure(), Rules(), Again(0.5), id="one retry"),
        pytest.param(tried(1, tries=2), Failure(), Rules(), Enough(), id="used up"),
        pytest.param(tried(3, tries=3), Failure(), Rules(), Again(2.0), id="the waits double"),
        pytest.param(tried(9, tries=9), Failure(), Rules(), Again(4.0), id="up to a limit"),
        pytest.param(tried(1), Failure(broken=True), Rules(), Enough(), id="nothing mends it"),
        pytest.param(tried(1), Failure(asked_s=7.0), Rules(), Again(7.0), id="as the server asks"),
        pytest.param(
            tried(1), Failure(asked_s=7.0), Rules(deadline=107.0),
            Enough("waiting 7s, as the server asks, would pass the deadline"), id="not past the deadline",
        ),
        pytest.param(
            tried(1), Failure(repeatable=False, method="POST"), Rules(), Enough("POST may act twice", unsafe=True),
            id="a POST that arrived",
        ),
        pytest.param(
            tried(1), Failure(repeatable=False, sent=False, method="POST"), Rules(), Again(0.5),
            id="a POST that never left",
        ),
        pytest.param(tried(), Failure(), Rules(until=200.0), Again(0.1), id="until: without retries"),
        pytest.param(tried(tries=50), Failure(), Rules(until=200.0), Again(2.0), id="until: not too often"),
        pytest.param(tried(tries=50), Failure(), Rules(until=101.0), Enough(), id="until: the time is up"),
        pytest.param(tried(), Failure(), Rules(100.05, until=200.0), Enough(), id="until: the deadline comes first"),
        pytest.param(tried(), Failure(broken=True), Rules(until=200.0), Enough(), id="until: nothing mends it"),
        pytest.param(
            tried(), Failure(repeatable=False, method="POST"), Rules(until=200.0), Again(0.1), id="until: a POST too"
        ),
        pytest.param(tried(), Failure(asked_s=30.0), Rules(until=200.0), Again(30.0), id="until: as the server asks"),
    ],
)  # fmt: skip
def test_what_follows_a_failed_attempt(job, failure, rules, expected):
    found = follow(job, failure, rules, 100.0, lambda: 0.5)
    assert type(found) is type(expected)
    if isinstance(expected, Again):
        assert math.isclose(found.wait_s, expected.wait_s)
    else:
        assert found == expected
