from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from compare_samples import run_by_chance, run_of

from wherry.commands.load.compare.comparison import Comparison, Verdict, compare
from wherry.commands.load.compare.words import document, text
from wherry.commands.load.record import Limited

if TYPE_CHECKING:
    from wherry.commands.load.record import Record


def side(chance: random.Random, runs: int = 5, **given: Any) -> list[Record]:
    return [run_by_chance(chance, **given) for _ in range(runs)]


def verdicts(comparison: Comparison) -> dict[str, str]:
    return {compared.metric.name: str(compared.verdict) for compared in comparison.metrics}


@pytest.mark.parametrize(
    "runs, noise, failing",
    [
        pytest.param(5, 0.03, 0.0, id="five runs a side"),
        pytest.param(5, 0.15, 0.01, id="noisy ones, with failures"),
        pytest.param(4, 0.03, 0.0, id="four"),
    ],
)
def test_of_two_sides_alike_it_cannot_tell_in_95_of_100_pairs(runs: int, noise: float, failing: float) -> None:
    chance = random.Random(2026)
    pairs = [(side(chance, runs, noise=noise, failing=failing), side(chance, runs, noise=noise, failing=failing))
             for _ in range(100)]  # fmt: skip

    told = sum(compare(old, new).verdict is not Verdict.UNKNOWN for old, new in pairs)
    assert told <= 5


def test_a_slowdown_of_a_tenth_is_found() -> None:
    """With 2 % from run to run, as on a machine of one's own, in nearly all pairs; with 4 % in half of them."""
    found = {}
    for noise in (0.02, 0.04):
        chance = random.Random(7)
        pairs = [(side(chance, noise=noise), side(chance, noise=noise, slower=1.1)) for _ in range(60)]
        results = [compare(old, new).verdict for old, new in pairs]
        assert Verdict.BETTER not in results
        found[noise] = results.count(Verdict.WORSE) / len(results)

    assert found[0.02] >= 0.95
    assert found[0.04] >= 0.5


def test_more_runs_find_it_through_more_noise() -> None:
    chance = random.Random(3)
    pairs = [(side(chance, 10, noise=0.04), side(chance, 10, noise=0.04, slower=1.1)) for _ in range(5)]

    assert [compare(old, new).verdict for old, new in pairs] == [Verdict.WORSE] * 5


def test_worse_and_better() -> None:
    chance = random.Random(1)
    slow, fast = side(chance, slower=1.5), side(chance)

    there, back = compare(fast, slow), compare(slow, fast)
    assert verdicts(there) == dict.fromkeys(("p50", "p90", "p99", "throughput"), "worse") | {
        "error rate": "cannot tell"
    }
    assert verdicts(back) == dict.fromkeys(("p50", "p90", "p99", "throughput"), "better") | {
        "error rate": "cannot tell"
    }
    assert (there.verdict, back.verdict) == (Verdict.WORSE, Verdict.BETTER)


def test_one_run_a_side_tells_nothing_however_different() -> None:
    found = compare([run_of(1, 2, 3, throughput=100)], [run_of(100, 200, 300, throughput=1)])

    assert found.verdict is Verdict.UNKNOWN
    assert found.few
    assert (found.metrics[0].old, found.metrics[0].new) == (1, 100)
    assert found.metrics[0].change == pytest.approx(99.0)
    assert (found.metrics[0].low, found.metrics[0].high) == (None, None)


def test_what_a_histogram_does_not_tell_apart_is_not_told_apart() -> None:
    """An open loop answers what is sent: 499.9 and 500 a second, without any spread, are the same."""
    old = [run_of(1000, 2000, 3000, throughput=499.9) for _ in range(5)]
    new = [run_of(1000, 2000, 3000, throughput=500.0) for _ in range(5)]

    assert compare(old, new).verdict is Verdict.UNKNOWN


def test_failures_are_counted_in_points() -> None:
    chance = random.Random(5)
    old = [run_of(1000, 2000, 3000, throughput=500, failed=chance.randrange(3)) for _ in range(5)]
    new = [run_of(1000, 2000, 3000, throughput=500, failed=60 + chance.randrange(9)) for _ in range(5)]
    found = compare(old, new)

    rate = found.metrics[-1]
    assert verdicts(found)["error rate"] == "worse"
    assert rate.change == pytest.approx(0.063, abs=0.01)
    assert [rate.worse_by(share) for share in (0.0, 0.05, 0.1)] == [True, True, False]


def test_by_how_much_it_became_worse_is_what_the_whole_interval_says() -> None:
    chance = random.Random(1)
    found = compare(side(chance, slower=1.0, noise=0.01), side(chance, slower=1.2, noise=0.01))
    p50, throughput = found.metrics[0], found.metrics[3]

    assert p50.low is not None
    assert throughput.high is not None
    assert 0.1 < p50.low < 0.2
    assert [p50.worse_by(share) for share in (0.0, p50.low - 0.001, p50.low + 0.001)] == [True, True, False]
    assert [throughput.worse_by(share) for share in (0.0, -throughput.high - 0.001, 0.3)] == [True, True, False]


def test_what_a_run_does_not_have_cannot_be_told() -> None:
    nothing = msgspec.structs.replace(
        run_of(1, 1, 1, throughput=0.0, failed=1000), latency=run_of(1, 1, 1, throughput=1).latency
    )
    found = compare([nothing] * 5, [run_of(1, 1, 1, throughput=100)] * 5)

    throughput = found.metrics[3]
    assert (throughput.old, throughput.new, throughput.change, throughput.verdict) == (None, 100, None, Verdict.UNKNOWN)
    assert verdicts(found)["error rate"] == "better"


def test_runs_that_the_client_held_back_are_counted() -> None:
    held = msgspec.structs.replace(run_of(1, 1, 1, throughput=1), limited=(Limited(words="the processor"),))
    found = compare([held, run_of(1, 1, 1, throughput=1)], [held])

    assert found.limited == 2
    assert "The client held back 2 of these runs" in text(found)


@pytest.mark.parametrize(
    "old, new, verdict",
    [
        pytest.param([20, 20, 21, 21], [21, 21, 20, 20], "cannot tell", id="a microsecond either way"),
        pytest.param([20, 20, 20, 20], [21, 21, 21, 21], "cannot tell", id="a microsecond more, always"),
        pytest.param([20, 20, 21, 21], [40, 40, 41, 41], "worse", id="twice as many"),
        pytest.param([20, 20, 20, 20], [90_000_000, 20, 20, 20], "cannot tell", id="a run that went wrong"),
    ],
)
def test_durations_of_few_microseconds(old: list[int], new: list[int], verdict: str) -> None:
    runs = [[run_of(us, us, us, throughput=1000) for us in side] for side in (old, new)]
    found = compare(*runs)

    assert verdicts(found)["p50"] == verdict
    assert document(found, [], [])
