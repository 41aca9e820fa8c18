"""--tag and --only."""

from __future__ import annotations

import pytest

from wherry.commands.check.suite.graph import circle, with_needs
from wherry.commands.check.suite.selection import select
from wherry.errors import UsageError

TEXT = """
checks:
  - {name: login, url: "http://127.0.0.1/"}
  - {name: orders, url: "http://127.0.0.1/", needs: [login], tags: [critical, api]}
  - {name: items, url: "http://127.0.0.1/", tags: [api], matrix: {r: [eu, us]}}
  - {name: logout, url: "http://127.0.0.1/", needs: [orders]}
"""


@pytest.mark.parametrize(
    "tags, only, chosen",
    [
        pytest.param([], [], {0, 1, 2, 3, 4}, id="all"),
        pytest.param(["critical"], [], {0, 1}, id="a tag, with what is needed"),
        pytest.param(["critical", "api"], [], {0, 1, 2, 3}, id="one of several tags"),
        pytest.param([], ["logout"], {0, 1, 4}, id="a name, with all that is needed"),
        pytest.param([], ["items"], {2, 3}, id="a matrix"),
        pytest.param([], ["items (r=us)"], {3}, id="one of a matrix"),
        pytest.param(["api"], ["items"], {2, 3}, id="both"),
    ],
)
def test_what_is_chosen(checks, tags, only, chosen):
    assert select(checks(TEXT), tags=tags, only=only) == chosen


@pytest.mark.parametrize(
    "tags, only, words",
    [
        pytest.param(["critcal"], [], "no check has the tag 'critcal'; did you mean \"critical\"?", id="a tag"),
        pytest.param([], ["logn"], "no check is called 'logn'; did you mean \"login\"?", id="a name"),
        pytest.param(["critical"], ["login"], "no check has both the tag and the name", id="nothing is left"),
    ],
)
def test_nothing_is_chosen(checks, tags, only, words):
    with pytest.raises(UsageError) as caught:
        select(checks(TEXT), tags=tags, only=only)
    assert str(caught.value) == words


def test_a_circle_is_found():
    assert circle([[], [0], [1, 0]]) is None
    assert circle([[0]]) == [0, 0]
    assert circle([[], [2], [3], [1], [1]]) == [1, 2, 3, 1]


def test_a_long_way_is_no_circle_and_no_recursion():
    long = [[], *([place] for place in range(100_000))]
    assert circle(long) is None
    assert len(with_needs([100_000], long)) == 100_001
