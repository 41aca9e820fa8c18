"""Signals and exit codes through the two processes of a one-file executable."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def wait_until_it_waits(process: subprocess.Popen[str]) -> None:
    """Read what `wherry wait` says until it has looked at its target once."""
    assert process.stderr
    for line in process.stderr:
        if "refused" in line:
            return
    pytest.fail("it ended before it waited")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_a_signal_ends_it_with_its_code_and_leaves_nothing(wherry, closed_port, number, code):
    with wherry.start("wait", f"tcp://{closed_port}", "--deadline", "60s") as process:
        wait_until_it_waits(process)
        process.send_signal(number)
        _, words = process.communicate()
    assert process.returncode == code, words
    assert "Traceback" not in words
    assert not list(wherry.temporary.iterdir())


def test_one_control_c_in_a_terminal_is_one(wherry, closed_port):
    """The terminal sends it to both processes, and the first passes its own on: the second one must see one only."""
    pexpect = pytest.importorskip("pexpect")
    child = pexpect.spawn(
        str(wherry.path),
        ["wait", f"tcp://{closed_port}", "--deadline", "60s"],
        env=wherry.environ | {"TERM": "xterm"},
        encoding="utf-8",
        timeout=30,
    )
    child.expect("refused")
    child.sendcontrol("c")
    child.expect("interrupted")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def test_a_server_drains_on_sigterm(wherry):
    with wherry.serving() as (process, url):
        assert wherry("request", "GET", f"{url}/status/200").returncode == 0
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate()
        assert process.returncode in (0, 143), words
        assert "Traceback" not in words


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of the end of another's process")
def test_a_server_is_gone_after_sigkill(wherry):
    """The process that was killed is the one that unpacked it; the one that holds the port must not stay."""
    with wherry.serving() as (process, url):
        process.kill()
        host, port = url.removeprefix("http://").split(":")
        until = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex((host, int(port))) != 0:
                    break
            assert time.monotonic() < until, "it still listens"
            time.sleep(0.02)


@pytest.mark.parametrize(
    ("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -TERM $$", -15), ("kill -KILL $$", -9)], ids=str
)
def test_the_code_of_the_command_after_it_is_its_code(wherry, open_port, script, code):
    process = wherry("wait", f"tcp://{open_port}", "--", "sh", "-c", script)
    assert process.returncode == code, process.stderr


def test_the_command_after_it_gets_the_signals(wherry, open_port):
    script = "trap 'echo got it; exit 5' TERM; echo ready; while :; do sleep 0.1; done"
    with wherry.start("wait", f"tcp://{open_port}", "--quiet", "--", "sh", "-c", script) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate()
    assert (process.returncode, out) == (5, "got it\n")


def test_the_command_after_it_has_the_usual_signal_handling(wherry, open_port):
    """Python ignores SIGPIPE in itself; a program started by a shell does not find it ignored."""
    process = wherry("wait", f"tcp://{open_port}", "--quiet", "--", "cat", "/proc/self/status")
    plain = subprocess.run(["cat", "/proc/self/status"], capture_output=True, text=True, check=True)
    [ours], [theirs] = (re.findall(r"SigIgn:\s*(\w+)", text) for text in (process.stdout, plain.stdout))
    assert ours == theirs
