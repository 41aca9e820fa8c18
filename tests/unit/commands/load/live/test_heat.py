"""The strip of latencies over time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.load.live.heat import MOST_ROWS, strip
from wherry.commands.load.live.look import Look, shows_blocks
from wherry.commands.load.record import Step
from wherry.ui.paint import Paint
from wherry.ui.progress import cells

BLOCKS = Look(Paint(on=False), blocks=True)
ASCII = Look(Paint(on=False), blocks=False)
COLOUR = Look(Paint(on=True), blocks=True)


def steps(*heats, for_s=1.0):
    return tuple(Step(at_s=at * for_s, for_s=for_s, heat=heat) for at, heat in enumerate(heats))


def shown(of, columns=40, rows=10, look=BLOCKS):
    return [text for text, _ in strip(of, columns, rows, look)]


def one(bit, count=1):
    return (*[0] * bit, count)


def test_time_goes_to_the_right_and_latency_up():
    of = steps(one(10, 100), one(11, 100), (*one(10, 100), 1), one(13, 10))
    assert shown(of) == [
        " 8.19ms    ▓",
        "  4.1ms     ",
        " 2.05ms  █░ ",
        " 1.02ms █ █ ",
        "        0s  4s",
    ]
    assert shown(of, look=ASCII) == [
        " 8.19ms    o",
        "  4.1ms     ",
        " 2.05ms  #. ",
        " 1.02ms # # ",
        "        0s  4s",
    ]


def test_where_rows_are_few_they_hold_more():
    of = steps(one(8), one(10), one(13))
    assert shown(of, rows=5) == ["  4.1ms   █", " 1.02ms  █ ", "  256µs █  ", "        0s  3s"]
    assert shown(of, rows=3) == ["  4.1ms   █", "  256µs ██ ", "        0s  3s"]


@pytest.mark.parametrize(
    "count, columns",
    [
        pytest.param(10, 10, id="one step a column"),
        pytest.param(32, 32, id="as many as there is room for"),
        pytest.param(33, 17, id="two steps a column"),
        pytest.param(64, 32, id="still two"),
        pytest.param(65, 17, id="four"),
        pytest.param(600, 19, id="thirty-two"),
    ],
)
def test_steps_are_put_together_by_powers_of_two(count, columns):
    of = steps(*[one(10)] * count)
    cells_shown = shown(of, columns=40)[0].removeprefix(" 1.02ms ")
    assert len(cells_shown) == columns
    assert {*cells_shown[:-1]} == {"█"}


@pytest.mark.parametrize(
    "of, columns, rows",
    [
        pytest.param((), 40, 10, id="no steps"),
        pytest.param(steps((), ()), 40, 10, id="nothing ended"),
        pytest.param(steps(one(5)), 40, 2, id="too low"),
        pytest.param(steps(one(5)), 12, 10, id="too narrow"),
    ],
)
def test_nothing_where_there_is_nothing_or_no_room(of, columns, rows):
    assert strip(of, columns, rows, BLOCKS) == []


def test_colour_changes_no_character():
    of = steps(one(10, 1000), (*one(10, 30), 5), one(12, 3))
    plain = shown(of)
    assert [re.sub(r"\x1b\[[0-9]+m", "", text) for text in shown(of, look=COLOUR)] == plain
    assert shown(of, look=COLOUR) != plain


@given(
    st.lists(st.lists(st.integers(0, 10**9), max_size=40).map(tuple), max_size=80), st.integers(1, 120),
    st.integers(-3, 40), st.sampled_from((BLOCKS, ASCII)),
)  # fmt: skip
def test_any_strip_has_room(heats, columns, rows, look):
    lines = strip(steps(*heats, for_s=977.7), columns, rows, look)
    assert len(lines) <= min(max(rows, 0), MOST_ROWS)
    for text, width in lines:
        assert cells(text) == width <= columns


@pytest.mark.parametrize(
    "environ, platform, blocks",
    [
        pytest.param({"LANG": "en_US.UTF-8"}, "linux", True, id="LANG"),
        pytest.param({"LANG": "de_DE.utf8"}, "linux", True, id="without the hyphen"),
        pytest.param({"LANG": "en_US.UTF-8", "LC_ALL": "C"}, "linux", False, id="LC_ALL goes before"),
        pytest.param({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "linux", True, id="LC_CTYPE goes before"),
        pytest.param({}, "linux", False, id="nothing said"),
        pytest.param({}, "win32", True, id="Windows"),
    ],
)
def test_shows_blocks(environ, platform, blocks):
    assert shows_blocks(environ, platform) is blocks
