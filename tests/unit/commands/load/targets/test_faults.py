from __future__ import annotations

import pytest

from wherry.commands.load.targets.faults import Faults, TargetsError, told


@pytest.mark.parametrize(
    ("count", "message", "lines"),
    [
        pytest.param(1, "t.csv:1: wrong", [], id="one-is-its-own-message"),
        pytest.param(2, "2 things are wrong with t.csv", ["t.csv:1: wrong", "t.csv:2: wrong"], id="two"),
        pytest.param(
            30,
            "30 things are wrong with t.csv",
            [*(f"t.csv:{n}: wrong" for n in range(1, 21)), "... and 10 more"],
            id="many",
        ),
    ],
)
def test_faults(count: int, message: str, lines: list[str]) -> None:
    faults = Faults("t.csv")
    for line in range(1, count + 1):
        faults.add(line, "wrong")
    found: list[str] = []
    with pytest.raises(TargetsError) as caught, told(found.append):
        faults.close()
    assert str(caught.value) == message
    assert found == lines


def test_no_fault() -> None:
    Faults("t.csv").close()
