"""Worker processes: spoken with, and never left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from wherry.commands.load.engine.crew import Crew, messages

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the workers of these tests are forked")


def echo(number, pipe, given):
    for message in messages(pipe):
        if message == b"end":
            return
        pipe.send_bytes(b"%d %s %s" % (number, given, message))


def exit_with(_number, _pipe, code):
    os._exit(code)


def deaf(_number, pipe, _given):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    pipe.send_bytes(b"here")
    while True:
        signal.pause()


def heard(crew, until, ask=lambda: None):
    """What workers told, and which of their pipes ended, up to the moment when ``until`` holds."""

    async def listen():
        told, ended, news = [], [], asyncio.Event()

        def add(to, what):
            to.append(what)
            news.set()

        crew.listen(lambda number, message: add(told, (number, message)), lambda number: add(ended, number))
        ask()
        while not until(told, ended):
            news.clear()
            await news.wait()
        return sorted(told), sorted(ended)

    return asyncio.run(listen())


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def pids(crew):
    return [process.pid for process in crew._processes]


def test_each_worker_hears_and_tells():
    crew = Crew(3, echo, b"given")

    def ask():
        crew.tell_all(b"hello")
        crew.tell(1, b"you")

    told, ended = heard(crew, lambda told, _: len(told) == 4, ask)
    assert told == [(0, b"0 given hello"), (1, b"1 given hello"), (1, b"1 given you"), (2, b"2 given hello")]
    assert ended == []
    crew.tell_all(b"end")
    crew.dismiss()
    assert all(gone(pid) for pid in pids(crew))


@pytest.mark.parametrize(
    ("main", "given", "words"),
    [
        pytest.param(exit_with, 0, "a worker process ended with 0", id="without a word"),
        pytest.param(exit_with, 7, "a worker process ended with 7", id="with a code"),
    ],
)
def test_a_worker_that_ends_is_noticed(main, given, words):
    crew = Crew(1, main, given)
    assert heard(crew, lambda _, ended: ended) == ([], [0])
    assert str(crew.lost(0)) == words
    crew.dismiss()


def test_a_worker_that_is_killed_is_noticed_though_others_live():
    crew = Crew(2, echo, b"")
    os.kill(pids(crew)[0], signal.SIGKILL)
    assert heard(crew, lambda _, ended: ended) == ([], [0])
    assert str(crew.lost(0)) == "a worker process was ended by SIGKILL"
    crew.tell(0, b"who is there?")
    crew.end()
    assert all(gone(pid) for pid in pids(crew))


def test_a_worker_that_will_not_end_is_made_to():
    crew = Crew(1, deaf, b"")
    assert heard(crew, lambda told, _: told) == ([(0, b"here")], [])
    crew.end()
    crew.end()
    assert all(gone(pid) for pid in pids(crew))


ORPHANS = """
import os, sys
from wherry.commands.load.engine.crew import Crew, messages

def wait(number, pipe, _given):
    for _ in messages(pipe): pass

crew = Crew(3, wait, None)
print(*(process.pid for process in crew._processes), flush=True)
sys.stdin.read()
"""


def test_workers_do_not_outlive_a_coordinator_that_is_killed():
    """Their standard output is ours to read: it ends when the last of them has."""
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert len(process.stdout.readline().split()) == 3
        process.kill()
        assert process.stdout.read() == ""
