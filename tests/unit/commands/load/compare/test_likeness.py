from __future__ import annotations

import pytest
from compare_samples import NEW, run_of

from wherry.commands.load.compare.likeness import MAY_DIFFER, refuse_unlike
from wherry.commands.load.compare.side import Run
from wherry.commands.load.record import Ended, Plan
from wherry.errors import UsageError


def named(name: str, **given: object) -> Run:
    return Run(name, run_of(1, 2, 3, throughput=1, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed, words",
    [
        pytest.param(
            {"rate": "500/s", "mode": "open"}, "mode is closed and open; rate is not given and 500/s", id="rate"
        ),
        pytest.param({"connections": 50}, "connections is 5 and 50", id="connections"),
        pytest.param({"jobs": 2}, "jobs is 1 and 2", id="processes"),
        pytest.param({"duration_s": 3.0}, "duration_s is not given and 3.0", id="duration"),
        pytest.param({"expect": ("status=200",)}, "expect is nothing and status=200", id="expectation"),
        pytest.param({"methods": ("GET", "POST")}, "methods is GET and GET, POST", id="methods"),
        pytest.param({"keepalive": False}, "keepalive is True and False", id="connections that are kept"),
    ],
)
def test_runs_of_different_kinds(changed: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_unlike([named("a.json"), named("b.json")], [named("c.json", **changed)])
    assert str(caught.value) == f"a.json and c.json are runs of different kinds: {words}"


def test_the_server_and_the_seed_may_differ() -> None:
    refuse_unlike([named("a.json", seed=1)], [named("b.json", urls=(NEW,), seed=2)])


def test_every_other_field_of_a_plan_is_held_to() -> None:
    assert {*Plan.__struct_fields__} > MAY_DIFFER == {"urls", "seed"}


@pytest.mark.parametrize(
    "old, new, words",
    [
        pytest.param({}, {"ended": Ended.INTERRUPTED}, "b.json: this run was cut off (interrupted)", id="interrupted"),
        pytest.param({"ended": Ended.GATE}, {}, "a.json: this run was cut off (gate)", id="ended by a gate"),
    ],
)
def test_runs_that_were_cut_off(old: dict[str, object], new: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        refuse_unlike([named("a.json", **old)], [named("b.json", **new)])
    assert words in str(caught.value)


def test_one_side_is_one_server() -> None:
    with pytest.raises(UsageError, match=r"a.json and b.json are of one side, and of different URLs"):
        refuse_unlike([named("a.json"), named("b.json", urls=(NEW,))], [named("c.json")])
