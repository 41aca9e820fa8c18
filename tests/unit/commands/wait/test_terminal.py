"""The whole command on a terminal of its own."""

from __future__ import annotations

import os
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pytest.fixture
def terminal():
    """Starts `wherry wait` on a terminal of 60 columns and 10 rows."""
    import pexpect

    started = []

    def start(*args):
        environ = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR")}
        child = pexpect.spawn(
            sys.executable,
            ["-m", "wherry", "wait", *args],
            env={**environ, "TERM": "xterm-256color"},
            dimensions=(10, 60),
            timeout=30,
            encoding="utf-8",
        )
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


def test_rows_until_it_is_ready(terminal, tmp_path):
    file = tmp_path / "f"
    child = terminal(f"name=file:{file}", "--every", "50ms")
    child.expect("waiting")
    child.expect("does not exist")
    child.expect(r"attempts? +\d\.\ds")
    file.touch()
    child.expect("ready")
    assert end(child) == 0
    assert "waiting" not in child.before, "the row is gone once the line stands"


def test_the_cursor_is_never_hidden_and_wrapping_is_on_again(terminal, tmp_path):
    child = terminal(f"file:{tmp_path}/no", "-T", "700ms")
    assert end(child) == 124
    assert "\x1b[?7l" in child.before
    assert child.before.rindex("\x1b[?7h") > child.before.rindex("\x1b[?7l")
    assert "\x1b[?25" not in child.before


def test_no_row_is_wider_than_the_terminal(terminal, tmp_path):
    child = terminal(f"a-name-that-takes-a-lot-of-room-and-more=file:{tmp_path}/no", "-T", "500ms")
    assert end(child) == 124
    rows = [line for line in child.before.split("\n") if "\x1b[K" in line and "attempt" in line]
    assert rows
    for row in rows:
        text = row.split("\x1b[K")[-1].replace("\x1b[33m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
        assert len(text.rstrip("\r")) <= 60


def test_ctrl_c_ends_it_with_a_report(terminal, tmp_path):
    child = terminal("there=file:/", f"later=file:{tmp_path}/no")
    child.expect("waiting")
    child.sendintr()
    child.expect("1 of 2 targets was ready: there")
    child.expect("interrupted")
    assert end(child) == 130


def test_a_terminal_obeys_nothing_that_a_server_says(terminal, tmp_path):
    script = tmp_path / "hostile"
    script.write_text("#!/bin/sh\nprintf '\\033[2J\\033]0;title\\007boo'; exit 1\n")
    script.chmod(0o755)
    child = terminal(f"exec:{script}", "-T", "600ms")
    assert end(child) == 124
    assert "boo" in child.before
    assert "\x1b[2J" not in child.before
    assert "\x1b]0" not in child.before
