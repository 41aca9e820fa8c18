"""What a command finds when wherry has become it, compared with what it finds without wherry."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from wherry.commands.wait.handover import Handover
from wherry.errors import WherryError

WAIT = [sys.executable, "-m", "wherry", "wait", "file:/", "--"]
posix = pytest.mark.skipif(sys.platform == "win32", reason="exec keeps the process only on POSIX")
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def output(command, **more):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **more)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("code", [0, 1, 7, 124])
def test_its_exit_code_is_ours(code):
    assert output([*WAIT, sys.executable, "-c", f"raise SystemExit({code})"])[0] == code


@posix
def test_killed_by_a_signal_it_ends_as_it_would():
    assert output([*WAIT, "sh", "-c", "kill -TERM $$"])[0] == -signal.SIGTERM


@posix
def test_it_is_the_same_process_with_the_same_streams():
    process = subprocess.Popen(
        [*WAIT, "sh", "-c", "echo $$; cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = process.communicate(b"from stdin\n", timeout=60)
    assert out.decode().splitlines() == [str(process.pid), "from stdin"]
    assert err.startswith(b"ready")


def test_nothing_of_ours_is_on_standard_output():
    code, out, err = output([*WAIT[:-1], "-o", "json", "-q", "--", sys.executable, "-c", "print('mine')"])
    assert (code, out) == (0, "mine\n")
    assert err.startswith('{"ready": true')


@linux
@pytest.mark.parametrize("field", ["SigIgn", "SigBlk", "SigCgt"])
@pytest.mark.parametrize("trap", [pytest.param(":", id="plain"), pytest.param("trap '' INT HUP", id="nohup")])
def test_signals_are_as_without_us(field, trap):
    def found(*words):
        return output(["sh", "-c", f'{trap}; exec "$@"', "sh", *words, "grep", field, "/proc/self/status"])[1]

    assert found(*WAIT) == found()


@linux
def test_no_file_of_ours_is_open_in_it():
    assert output([*WAIT, "ls", "/proc/self/fd"])[1] == output(["ls", "/proc/self/fd"])[1]


@posix
def test_the_environment_is_untouched():
    environ = {**os.environ, "LD_LIBRARY_PATH": "/somewhere", "WHERRY_WAIT_STABLE": "1"}
    assert output([*WAIT, "env"], env=environ)[1] == output(["env"], env=environ)[1]


@posix
def test_a_command_that_turns_out_to_be_no_program(tmp_path):
    script = tmp_path / "script"
    script.write_text("echo no interpreter is named\n")
    script.chmod(0o755)
    code, out, err = output([*WAIT, str(script)])
    assert (code, out) == (3, "")
    assert f"wherry: wait: starting '{script}': Exec format error" in err
    assert "#!/bin/sh" in err


@posix
def test_what_is_ignored_is_remembered():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert Handover.prepare().ignored == (signal.SIGINT,)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_command_that_is_gone_by_then():
    before = {name: signal.getsignal(getattr(signal, name)) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, name)}
    try:
        with pytest.raises(WherryError, match=r"starting '\./gone': No such file or directory"):
            Handover(()).become(["./gone"])
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
