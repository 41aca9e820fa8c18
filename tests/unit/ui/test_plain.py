"""Text of strangers on a terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.ui.plain import cut, lines, no_command, one_line


@pytest.mark.parametrize(
    "text, shown",
    [
        pytest.param("login (region=eu)", "login (region=eu)", id="as it is"),
        pytest.param("größe 你好", "größe 你好", id="letters of any script"),
        pytest.param("\x1b[2J\x9b31m", "\\x1b[2J\\x9b31m", id="sequences"),
        pytest.param("a\r\n  b\tc", "a b c", id="white space is a space"),
        pytest.param("\u202etxt\U000e0041", "\\u202etxt\\U000e0041", id="directions and tags"),
        pytest.param("\udc80", "\\udc80", id="no character at all"),
    ],
)
def test_one_line(text, shown):
    assert one_line(text) == shown


def test_lines_keep_their_indentation():
    assert lines("{\n\t'a': 1\r\n}\n\x1b") == ["{", "    'a': 1\\x0d", "}", "\\x1b"]


@given(st.text())
def test_nothing_is_left_that_a_terminal_obeys(text):
    assert one_line(text).isprintable()
    assert all(line.isprintable() for line in lines(text))


@pytest.mark.parametrize("line, shown", [
    pytest.param("::error::x", ": :error::x", id="GitHub"),
    pytest.param("  ::add-mask::x", "  : :add-mask::x", id="GitHub, indented"),
    pytest.param("a ##vso[task.setvariable]b", "a # #vso[task.setvariable]b", id="Azure"),
    pytest.param("a ##[group]b", "a # #[group]b", id="both"),
    pytest.param("a ##teamcity[x]", "a # #teamcity[x]", id="TeamCity"),
    pytest.param("std::vector ## b", "std::vector ## b", id="no command"),
])  # fmt: skip
def test_no_command(line, shown):
    assert no_command(line) == shown


def test_cut():
    assert cut("a" * 8, 8) == "a" * 8
    assert cut("a" * 50 + "b" * 50, 8) == "aaaaaa ... 92 characters left out ... bb"
