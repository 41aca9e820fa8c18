from __future__ import annotations

import pytest

from wherry.core.suggest import closest, did_you_mean


@pytest.mark.parametrize(
    "word, near",
    [
        pytest.param("expct", "expect", id="a letter missing"),
        pytest.param("EXPECT", "expect", id="case"),
        pytest.param("timeuot", "timeout", id="letters swapped"),
        pytest.param("zzz", None, id="nothing near"),
        pytest.param("", None, id="empty"),
    ],
)
def test_closest(word: str, near: str | None) -> None:
    assert closest(word, {"expect", "timeout", "url"}) == near


def test_the_end_of_a_message() -> None:
    assert did_you_mean("expct", ["expect"]) == '; did you mean "expect"?'
    assert did_you_mean("zzz", ["expect"]) == ""
    assert did_you_mean("x", []) == ""
