"""Targets and conditions in files."""

from __future__ import annotations

import pytest

from wherry.core.fit import Unfit
from wherry.core.wanted import read_expect, read_url
from wherry.core.yaml import load
from wherry.errors import UsageError


def test_a_target_is_called_as_it_is_shown() -> None:
    target = read_url(load("postgres://app:secret@db/app", source="")).target
    assert (target.name, target.kind) == ("postgres://app:***@db/app", "postgres")


@pytest.mark.parametrize(
    "text, words",
    [
        pytest.param("[a]", "expected a target such as tcp://db:5432", id="a list"),
        pytest.param("", "expected a target such as tcp://db:5432", id="nothing"),
        pytest.param("db=tcp://h:1", "write name: db and url: tcp://h:1", id="a name in front"),
        pytest.param("tcp://h", "has no port", id="no target"),
    ],
)
def test_what_is_no_target(text: str, words: str) -> None:
    with pytest.raises((Unfit, UsageError), match=words):
        read_url(load(text, source=""))


def test_conditions() -> None:
    conditions = read_expect(load("{status: 200, time: {lt: 1s}}", source="")).conditions
    assert [str(condition) for condition in conditions] == ["status: 200", "time: less than 1s"]


@pytest.mark.parametrize("text", ["{}", "200", "[a]"])
def test_what_are_no_conditions(text: str) -> None:
    with pytest.raises(Unfit, match="expected a map of conditions"):
        read_expect(load(text, source=""))


def test_the_place_of_what_is_no_condition() -> None:
    with pytest.raises(Unfit, match="unknown subject") as caught:
        read_expect(load("status: 200\nstaus: 200\n", source=""))
    assert caught.value.node.line == 2
