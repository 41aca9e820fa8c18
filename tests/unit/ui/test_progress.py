"""Painting over lines, checked on a screen that obeys the sequences used."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.ui.progress import Block, can_repaint, cells, clip, pad, terminal_size


@pytest.mark.parametrize(
    "text, width",
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("abc", 3, id="ascii"),
        pytest.param("naïve…", 6, id="latin"),
        pytest.param("日本", 4, id="wide"),
        pytest.param("e\u0301", 1, id="combining accent"),
        pytest.param("\u200b", 0, id="zero width"),
    ],
)
def test_cells(text, width):
    assert cells(text) == width


@pytest.mark.parametrize(
    "text, width, clipped",
    [
        pytest.param("abc", 3, "abc", id="fits"),
        pytest.param("abcd", 3, "ab…", id="too long"),
        pytest.param("abcd", 1, "…", id="one column"),
        pytest.param("abcd", 0, "", id="no column"),
        pytest.param("日本語", 4, "日…", id="half of a wide character is none of it"),
    ],
)
def test_clip(text, width, clipped):
    assert clip(text, width) == clipped


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])), st.integers(0, 30))
def test_clip_and_pad_keep_to_the_width(text, width):
    assert cells(clip(text, width)) <= width
    assert cells(pad(text, width)) == width


class Screen:
    """Just enough of a terminal: rows of characters, a cursor, the sequences that Block writes. It reflows."""

    def __init__(self, columns, rows=24):
        self.columns, self.rows = columns, rows
        self.lines = [""]
        self.row = self.column = 0
        self.wrap = True

    def size(self):
        return self.columns, self.rows

    def resize(self, columns):
        """Break lines that have become too long, as a terminal that reflows does; the cursor goes with its line."""
        broken = []
        for number, line in enumerate(self.lines):
            if number == self.row:
                self.row = len(broken)
            broken.extend([line[i : i + columns] for i in range(0, len(line), columns)] or [""])
        self.columns, self.lines = columns, broken

    def write(self, text):
        for sequence, character in re.findall(r"(\x1b\[[?0-9]*[A-Za-z])|(.)", text, re.DOTALL):
            self._obey(sequence) if sequence else self._put(character)

    def _obey(self, sequence):
        match sequence:
            case "\x1b[?7l":
                self.wrap = False
            case "\x1b[?7h":
                self.wrap = True
            case "\x1b[K":
                self.lines[self.row] = self.lines[self.row][: self.column]
            case "\x1b[J":
                self.lines[self.row] = self.lines[self.row][: self.column]
                del self.lines[self.row + 1 :]
            case _ if sequence.endswith("A"):
                self.row = max(self.row - int(sequence[2:-1]), 0)
            case _:
                raise AssertionError(sequence)

    def _put(self, character):
        if character == "\r":
            self.column = 0
            return
        if character == "\n":
            self._next()
            return
        if self.column == self.columns:
            if self.wrap:
                self._next()
            else:
                self.column -= 1
        line = self.lines[self.row].ljust(self.column)
        self.lines[self.row] = line[: self.column] + character + line[self.column + 1 :]
        self.column += 1

    def _next(self):
        self.row, self.column = self.row + 1, 0
        if self.row == len(self.lines):
            self.lines.append("")


def rows(*lines):
    return [(line, len(line)) for line in lines]


def shown(screen):
    return [line.rstrip() for line in screen.lines]


def test_paints_over_its_own_lines_only():
    screen = Screen(20)
    screen.write("before\n")
    block = Block(screen.write, screen.size)
    block.paint(rows("one", "two"))
    block.paint(rows("ONE", "two", "three"))
    block.paint(rows("1"))
    assert shown(screen) == ["before", "1", ""]


def test_lines_above_stay_and_may_wrap():
    screen = Screen(10)
    block = Block(screen.write, screen.size)
    block.paint(rows("one", "two"))
    block.paint(rows("two"), above=["one is ready by now"])
    block.close()
    assert shown(screen) == ["one is rea", "dy by now", ""]


def test_a_full_row_keeps_its_last_character():
    screen = Screen(5)
    block = Block(screen.write, screen.size)
    block.paint(rows("abcde", "fghij"))
    assert shown(screen) == ["abcde", "fghij", ""]


def test_the_cursor_is_left_below_and_wrapping_on():
    screen = Screen(10)
    Block(screen.write, screen.size).paint(rows("one"))
    assert (screen.row, screen.column, screen.wrap) == (1, 0, True)


@pytest.mark.parametrize("narrower", [25, 12, 7, 3])
def test_a_terminal_that_becomes_narrower_keeps_nothing_of_the_old_rows(narrower):
    screen = Screen(30)
    screen.write("before\n")
    block = Block(screen.write, screen.size)
    block.paint(rows("a" * 30, "b" * 14))
    screen.resize(narrower)
    block.paint(rows("a", "b"))
    assert shown(screen)[-3:] == ["a", "b", ""]
    assert "".join(shown(screen)[:-3]) == "before"


def test_nothing_is_written_where_nothing_changed():
    written = []
    block = Block(written.append, lambda: (80, 24))
    block.paint(rows("one"))
    block.paint(rows("one"))
    assert len(written) == 1
    block.close()
    block.close()
    assert len(written) == 2


def test_the_size_leaves_a_row_for_the_cursor():
    assert Block(print, lambda: (80, 24)).size == (80, 23)
    assert Block(print, lambda: (80, 1)).size == (80, 1)


def test_the_size_of_what_is_no_terminal(tmp_path):
    with (tmp_path / "file").open("w") as stream:
        assert terminal_size(stream) == (80, 24)
    assert terminal_size(io.StringIO()) == (80, 24)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    "stream, environ, can",
    [
        pytest.param(Terminal(), {"TERM": "xterm"}, True, id="terminal"),
        pytest.param(Terminal(), {"TERM": "dumb"}, False, id="dumb"),
        pytest.param(Terminal(), {"TERM": "xterm", "CI": "true"}, False, id="the log of a CI job"),
        pytest.param(io.StringIO(), {"TERM": "xterm"}, False, id="pipe"),
    ],
)
def test_can_repaint(stream, environ, can):
    assert can_repaint(stream, environ) is can
