from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.link import find_link, parse_links


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param(['<https://a/?page=2>; rel="next"'], "https://a/?page=2", id="quoted"),
        pytest.param(["<?page=2>; rel=next"], "?page=2", id="token"),
        pytest.param(['<?p=1>; rel="prev", <?p=3>; rel="next"'], "?p=3", id="second-in-one-field"),
        pytest.param(['<?p=1>; rel="prev"', '<?p=3>; rel="next"'], "?p=3", id="second-field"),
        pytest.param(['<?p=3>; rel="last next"'], "?p=3", id="several-relations"),
        pytest.param(['<?p=3>; rel="NEXT"'], "?p=3", id="case"),
        pytest.param(['<?p=3>;rel = "next"'], "?p=3", id="spaces-around-equals"),
        pytest.param(['<?a=1,2;3>; rel="next"'], "?a=1,2;3", id="delimiters-in-target"),
        pytest.param([r'<?p=2>; title="a \", <x>; b"; rel="next"'], "?p=2", id="delimiters-in-quotes"),
        pytest.param(["<?p=2>; flag; rel=next"], "?p=2", id="parameter-without-value"),
        pytest.param([", ,<?p=2>; rel=next"], "?p=2", id="empty-list-members"),
        pytest.param(["<?p=2>; rel=prev; rel=next"], None, id="the-first-rel-counts"),
        pytest.param(["<?p=2>; rel=next; anchor='/x'"], None, id="anchor"),
        pytest.param(["<?p=2>"], None, id="no-rel"),
        pytest.param(["?p=2; rel=next"], None, id="no-brackets"),
        pytest.param([], None, id="no-field"),
    ],
)
def test_next(values: list[str], expected: str | None) -> None:
    assert find_link(values, "next") == expected


def test_parameters_are_unescaped() -> None:
    (link,) = parse_links(r'<a>; rel=next; title="say \"hi\""')
    assert link.parameters == {"title": 'say "hi"'}


@given(st.text(alphabet='<>;,="\\ relnxt', max_size=60))
def test_every_target_stands_in_the_value(value: str) -> None:
    assert all(link.target in value for link in parse_links(value))
