"""The picture of a real run on a terminal of its own."""

from __future__ import annotations

import io
import os
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pytest.fixture
def server():
    """The address of a server that answers a millisecond late."""
    import pexpect

    child = pexpect.spawn(
        sys.executable, ["-m", "wherry", "serve", "--listen", "127.0.0.1:0"], timeout=60, encoding="utf-8"
    )
    child.expect(r"http://127\.0\.0\.1:\d+")
    yield f"{child.match[0]}/delay/1ms"
    child.close(force=True)


@pytest.fixture
def terminal(server):
    """Starts `wherry load` on a terminal of 70 columns and 20 rows."""
    import pexpect

    started = []

    def start(*args, **environ):
        own = {
            name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR", "LC_ALL", "LC_CTYPE")
        }
        child = pexpect.spawn(
            sys.executable,
            ["-m", "wherry", "load", server, "--jobs", "1", *args],
            env={**own, "TERM": "xterm-256color", "LANG": "C.UTF-8", **environ},
            dimensions=(20, 70),
            timeout=60,
            encoding="utf-8",
        )
        child.logfile_read = io.StringIO()
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


def end(child):
    import pexpect

    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus


def left(text):
    """What a terminal shows of ``text`` in the end, told by the sequences that the picture uses."""
    rows, at = [""], 0
    while text:
        if text.startswith("\x1b["):
            place = next(place for place, character in enumerate(text[2:], 2) if character.isalpha())
            number, what = text[2:place], text[place]
            text = text[place + 1 :]
            if what == "A":
                at -= int(number)
            elif what == "J":
                rows[at:] = [""]
            elif what == "K":
                rows[at] = ""
            continue
        character, text = text[0], text[1:]
        if character == "\n":
            at += 1
            if at == len(rows):
                rows.append("")
        elif character != "\r":
            rows[at] += character
    return rows


def test_the_picture_gives_way_to_the_report(terminal):
    child = terminal("--rate", "100/s", "-z", "2s")
    child.expect("running")
    child.expect("100/s target")
    child.expect("statuses")
    child.expect("█")
    assert end(child) == 0
    shown = left(child.logfile_read.getvalue())
    assert shown[0].startswith("GET http://127.0.0.1:"), "the report stands where the picture was"
    assert sum("requests  " in row for row in shown) == 1
    assert not [row for row in shown if "running" in row]


def test_ctrl_c_in_the_middle_leaves_a_clean_terminal(terminal):
    child = terminal("-c", "2", "-z", "1h")
    child.expect("p99")
    child.sendintr()
    assert end(child) == 130
    written = child.logfile_read.getvalue()
    assert written.rindex("\x1b[?7h") > written.rindex("\x1b[?7l"), "wrapping is on again"
    assert "\x1b[?25" not in written, "the cursor is never hidden"
    shown = left(written)
    assert not [row for row in shown if "running" in row]
    assert [row for row in shown if "The run was interrupted" in row]


def test_a_terminal_that_becomes_smaller(terminal):
    child = terminal("-c", "2", "-z", "1h", "--color", "never")
    child.expect("latency   p50")
    child.setwinsize(12, 40)
    child.expect(r"\n\x1b\[Kp50 +\S+  p90 +\S+  p99 +\S+\r")
    child.sendintr()
    assert end(child) == 130


@pytest.mark.parametrize(
    "args, environ, colours",
    [
        pytest.param([], {}, True, id="a terminal"),
        pytest.param([], {"NO_COLOR": "1"}, False, id="NO_COLOR"),
        pytest.param(["--color", "never"], {}, False, id="--color never"),
    ],
)
def test_colour(terminal, args, environ, colours):
    child = terminal("-c", "1", "-z", "1h", *args, **environ)
    child.expect("statuses")
    child.sendintr()
    assert end(child) == 130
    assert ("\x1b[1m" in child.logfile_read.getvalue()) is colours


@pytest.mark.parametrize(
    "args, environ", [(["--quiet"], {}), ([], {"CI": "true"}), (["--verbose"], {}), ([], {"TERM": "dumb"})]
)
def test_no_picture_where_none_is_wanted(terminal, args, environ):
    child = terminal("-c", "1", "-n", "50", "--color", "never", *args, **environ)
    assert end(child) == 0
    assert "running" not in child.logfile_read.getvalue()
    assert "\x1b" not in child.logfile_read.getvalue()
