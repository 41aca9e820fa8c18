from __future__ import annotations

from typing import Any

import pytest

from wherry.commands.load.compare.options import Options, read_options, share
from wherry.errors import UsageError


def read(*sides: str, **given: Any) -> Options:
    return read_options({"sides": sides, "repeats": None, "fail_on_regression": None, "seed": 0, **given})


@pytest.mark.parametrize(
    "sides, options",
    [
        pytest.param(["a", "b"], Options(("a",), ("b",)), id="two files"),
        pytest.param(["a", "vs", "b"], Options(("a",), ("b",)), id="the same"),
        pytest.param(["a", "b", "vs", "c"], Options(("a", "b"), ("c",)), id="several"),
        pytest.param(["http://a", "https://b"], Options(("http://a",), ("https://b",), repeats=5), id="two URLs"),
        pytest.param(
            ["http://a", "http://b", "-c", "5", "POST"],
            Options(("http://a",), ("http://b",), repeats=5, loading=("-c", "5", "POST")),
            id="with options for their runs",
        ),
    ],
)
def test_options(sides: list[str], options: Options) -> None:
    assert read(*sides) == options


@pytest.mark.parametrize(
    "sides, given, words",
    [
        pytest.param(["a"], {}, "a is to be compared with another", id="one file"),
        pytest.param(["a", "b", "c"], {}, "3 runs have no sides: write vs between old and new", id="three files"),
        pytest.param(["a", "vs"], {}, "there are runs on both sides of one vs", id="nothing to compare with"),
        pytest.param(["a", "vs", "b", "vs", "c"], {}, "there are runs on both sides of one vs", id="three sides"),
        pytest.param(["http://a", "b"], {}, "a URL is compared with a URL", id="a URL and a file"),
        pytest.param(
            ["http://a", "http://b", "vs", "http://c"], {}, "one URL is compared with one other", id="three URLs"
        ),
        pytest.param(["a", "b", "-c", "5"], {}, "-c 5: recorded runs have been made", id="options for recorded runs"),
        pytest.param(["a", "b"], {"repeats": 3}, "--repeats is for URLs", id="repeats of recorded runs"),
    ],
)
def test_what_makes_no_sense(sides: list[str], given: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(*sides, **given)
    assert words in str(caught.value)


@pytest.mark.parametrize("text, value", [("5%", 0.05), ("0.05", 0.05), (" 2.5% ", 0.025), ("0", 0.0), ("1000%", 10.0)])
def test_shares(text: str, value: float) -> None:
    assert share(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "%", "5 percent", "-5%", "1001%", "nan", "1e3", "5%%"])
def test_what_is_no_share(text: str) -> None:
    with pytest.raises(ValueError, match="write it like 5%"):
        share(text)
