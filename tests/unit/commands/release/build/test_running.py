"""Programs that a build runs, real ones: what is shown, what is said, and that nothing is left of them."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from wherry.commands.release.build.running import Failed, Runner
from wherry.errors import ExitCode, Interrupted
from wherry.ui.sigterm import heeding_sigterm

SHELL = pytest.mark.skipif(sys.platform == "win32", reason="needs sh")


@pytest.fixture
def shown():
    return []


def runner(folder, shown, *, everything=False, **environ):
    return Runner(folder, {"PATH": os.environ["PATH"], **environ}, shown.append, everything)


@SHELL
def test_what_goes_well_is_not_shown(tmp_path, shown):
    runner(tmp_path, shown)(["sh", "-c", "echo hello"], "sh")
    assert shown == []
    runner(tmp_path, shown, everything=True)(["sh", "-c", "echo hello"], "sh")
    assert shown == ["  hello"]


@SHELL
def test_the_end_of_what_fails_is_shown(tmp_path, shown):
    with pytest.raises(Failed, match=r"^sh: it ended with 3$"):
        runner(tmp_path, shown)(["sh", "-c", "seq 1000; printf '\\033[2Jbad' >&2; exit 3"], "sh")
    lines = shown[0].splitlines()
    assert len(lines) == 25
    assert lines[-2:] == ["  1000", "  \\x1b[2Jbad"]


@SHELL
def test_folder_and_environment(tmp_path, shown):
    run = runner(tmp_path, shown, everything=True, ONE="1")
    run(["sh", "-c", "pwd; echo $ONE$TWO"], "sh", variables={"TWO": "2"})
    assert shown == [f"  {tmp_path.resolve()}\n  12"]


def test_what_cannot_be_started(tmp_path, shown):
    with pytest.raises(Failed, match=r"^hook: .*([Nn]o such file|cannot find)"):
        runner(tmp_path, shown)(["no-such-program"], "hook")


@SHELL
def test_a_signal(tmp_path, shown):
    with pytest.raises(Failed, match="ended by signal 9"):
        runner(tmp_path, shown)(["sh", "-c", "kill -9 $$"], "sh")


@SHELL
def test_a_limit_ends_all_that_was_started(tmp_path, shown):
    fifo = tmp_path / "held"
    os.mkfifo(fifo)
    held = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(Failed, match="did not end in"):
            runner(tmp_path, shown)(["sh", "-c", "sleep 1000 >held & sleep 1000"], "sh", limit_s=1)
        os.set_blocking(held, True)
        assert os.read(held, 1) == b""  # which ends only when nobody has it open for writing
    finally:
        os.close(held)


@SHELL
def test_sigterm_interrupts_and_ends_it(tmp_path, shown):
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Interrupted) as error, heeding_sigterm():
        runner(tmp_path, shown)(["sh", "-c", f"kill -TERM {os.getpid()}; exec sleep 1000"], "sh")
    assert error.value.exit_code is ExitCode.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is before
