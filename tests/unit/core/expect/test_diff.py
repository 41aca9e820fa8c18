"""Where two JSON values differ, line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.expect import from_map, judge
from wherry.core.expect.diff import lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=20,
)


def test_a_member():
    assert lines({"b": 1, "a": [1, 2, 3]}, {"a": [1, 3], "b": 1}) == (
        '    "a": [', "      1", "-     2", "      3", "    ]",
    )  # fmt: skip


def test_far_apart():
    found = lines(list(range(30)), [0, *range(2, 29)])
    assert found == (
        "  [", "    0", "-   1", "    2", "    3", "  ...", "    27", "    28", "-   29", "  ]",
    )  # fmt: skip


def test_very_different():
    found = lines(list(range(100)), list(range(100, 200)))
    assert len(found) == 40
    assert found[-1] == "  ... and 163 more lines"


def test_members_named_like_credentials():
    found = "\n".join(lines({"token": "abc", "n": 1}, {"token": "def", "n": 2}))
    assert "***" in found
    assert "abc" not in found
    assert "def" not in found


@given(JSON, JSON)
def test_whatever_they_are(left, right):
    found = lines(left, right)
    assert len(found) <= 40
    assert all(line[0] in " -+" and line.isprintable() for line in found)


@pytest.mark.parametrize(
    "value, body, has_diff",
    [
        ({"eq": {"a": 1}}, b'{"a": 2}', True),
        ([1, 2], b"[1, 3]", True),
        ({"eq": {"a": 1}}, b"[1]", True),
        ({"eq": {"a": 1}}, b'"text"', False),
        ("text", b'{"a": 1}', False),
        ({"length": 2}, b"[1]", False),
    ],
)
def test_a_verdict_has_one_where_both_have_parts(value, body, has_diff):
    verdict = judge(from_map("json.$", value), {"body": body})
    assert not verdict.met
    assert bool(verdict.diff) is has_diff
    assert verdict.words == f"json.$: expected {verdict.expected}, got {verdict.actual}"


def test_a_secret_subject_tells_nothing():
    verdict = judge(from_map("cookie.sid", "abc"), {"cookie": {"sid": "def"}})
    assert (verdict.subject, verdict.expected, verdict.actual) == (
        "cookie.sid", "a value that is not shown", "another value, which is not shown",
    )  # fmt: skip
