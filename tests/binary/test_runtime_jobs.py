"""Job control: it stops, goes on and ends as the processes do that a shell is used to."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .runtime import LIMIT_S, linux

pytestmark = linux


def state_of(process_id: int) -> str:
    """A letter; T is stopped."""
    return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]


def test_a_server_stops_goes_on_and_drains(wherry):
    """Stopped and then told to end while it answers, it goes on answering to the last byte before it does."""
    wherry.process_group = 0  # an orphaned one is not stopped (POSIX.1-2024, 2.4.3), as is ours in some CI jobs
    with wherry.serving() as (process, url):
        place = urlsplit(url)
        with socket.create_connection((place.hostname, place.port), timeout=LIMIT_S) as client:
            client.sendall(b"GET /drip?count=4&every=100ms HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            answer = client.recv(1)
            process.send_signal(signal.SIGTSTP)
            _, status = os.waitpid(process.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            assert os.WSTOPSIG(status) == signal.SIGTSTP
            assert state_of(process.pid) == "T"
            process.send_signal(signal.SIGCONT)
            os.waitpid(process.pid, os.WCONTINUED)
            assert state_of(process.pid) != "T"
            process.send_signal(signal.SIGTERM)
            while more := client.recv(4096):
                answer += more
        _, words = process.communicate()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert len(body) == 4
    assert process.returncode == 143, words
    assert "draining" in words


@contextmanager
def shell(environ):
    """An interactive bash in a terminal, which prompts."""
    pexpect = pytest.importorskip("pexpect")
    environ = environ | {"TERM": "dumb", "PS1": "PROMPT> "}
    terminal = pexpect.spawn(
        "bash", ["--norc", "--noprofile", "-i"], env=environ, encoding="utf-8", dimensions=(24, 500), timeout=LIMIT_S
    )
    terminal.expect("PROMPT> ")
    yield terminal
    terminal.sendline("exit")
    terminal.expect(pexpect.EOF)
    terminal.close()


@pytest.mark.parametrize(
    ("arguments", "under_way"),
    [
        pytest.param("wait tcp://{closed_port} --deadline 60s", "refused", id="wait"),
        pytest.param("serve --listen 127.0.0.1:0", "http://127.0.0.1:", id="serve"),
    ],
)
def test_a_shell_stops_it_and_lets_it_go_on(victim, genuine, closed_port, arguments, under_way):
    command = f"{genuine.executable} {arguments.format(closed_port=closed_port)}"
    with shell(victim.environ) as terminal:
        terminal.sendline(command)
        terminal.expect(under_way)
        terminal.sendcontrol("z")
        terminal.expect("Stopped")
        terminal.expect("PROMPT> ")
        terminal.sendline("jobs -l")
        terminal.expect(r"\n\[1\]\+ +(\d+) Stopped +" + re.escape(command) + "\r")
        job = int(terminal.match[1])
        assert state_of(job) == "T"
        terminal.sendline("fg")
        until = time.monotonic() + LIMIT_S
        while os.tcgetpgrp(terminal.child_fd) != job or state_of(job) == "T":
            assert time.monotonic() < until
        terminal.sendcontrol("c")
        terminal.expect("interrupted")
        terminal.expect("PROMPT> ")
        terminal.sendline("echo code $?")
        terminal.expect("code 130")
