"""--watch on a terminal of its own."""

from __future__ import annotations

import io
import os
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal and a named pipe")


@pytest.fixture
def pipe(tmp_path):
    """A check of it runs until something is written to it."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.fixture
def terminal(tmp_path, pipe):
    """Starts `wherry check --watch` of two checks on a terminal of 60 columns and 10 rows; one waits for the pipe."""
    import pexpect

    (tmp_path / "smoke.yaml").write_text(
        f"version: 1\nchecks:\n  - {{name: there, url: 'file:{tmp_path}'}}\n"
        f"  - {{name: piped, url: 'exec:cat {pipe}', timeout: 60s}}\n"
    )
    started = []

    def start(*args):
        environ = {name: value for name, value in os.environ.items() if name not in ("CI", "NO_COLOR")}
        child = pexpect.spawn(
            sys.executable,
            ["-m", "wherry", "check", "--watch", "smoke.yaml", "--color", "never", *args],
            env={**environ, "TERM": "xterm-256color"},
            dimensions=(10, 60),
            cwd=str(tmp_path),
            timeout=30,
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


def test_rows_change_and_the_table_stays(terminal, pipe):
    child = terminal()
    child.expect("smoke  smoke.yaml")
    child.expect("ok     there")
    child.expect("run    piped")
    child.expect(r"1 passed, 1 running  \d\.\ds")
    pipe.write_text("something")
    assert end(child) == 0
    stays = child.before[child.before.rindex("smoke  smoke.yaml") :]
    assert "ok     there" in stays
    assert "ok     piped" in stays
    assert stays.count("there") == 1, "the text that follows tells only what did not pass"
    assert "running" not in stays
    written = child.logfile_read.getvalue()
    assert written.rindex("\x1b[?7h") > written.rindex("\x1b[?7l"), "wrapping is on again"
    assert "\x1b[?25" not in written, "the cursor is never hidden"


def test_ctrl_c_leaves_the_table_as_it_was(terminal):
    child = terminal()
    child.expect("run    piped")
    child.sendintr()
    assert end(child) == 130
    stays = child.before[child.before.rindex("smoke  smoke.yaml") :]
    assert "ok     there" in stays
    assert "piped" in stays


def test_no_table_where_there_is_no_terminal_to_paint_on(terminal, pipe):
    child = terminal("--report", "json")
    pipe.write_text("something")
    assert end(child) == 0
    assert "\x1b" not in child.logfile_read.getvalue(), "a document and a table would be written over each other"
