from __future__ import annotations

import asyncio
import os
import shlex
import signal
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from wherry.core.outcome import Outcome
from wherry.net.failure import NetFailure, Reason

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are those of a Unix system")


def command(script: str) -> str:
    return f"exec:sh -c {shlex.quote(script)}"


@pytest.mark.parametrize(
    "script, outcome, words, code, output",
    [
        pytest.param("echo fine", Outcome.MET, "exit code 0", 0, "fine\n", id="success"),
        pytest.param("exit 3", Outcome.UNMET, "exit code 3", 3, "", id="failure"),
        pytest.param(
            "echo one; echo 'two\tthree' >&2; exit 1", Outcome.UNMET, "exit code 1: two three", 1, "one\ntwo\tthree\n",
            id="its last line says why",
        ),
        pytest.param("kill -9 $$", Outcome.UNMET, "killed by SIGKILL", -9, "", id="killed"),
        pytest.param(
            "kill -40 $$", Outcome.UNMET, "killed by signal 40", -40, "", id="killed by a signal without a name",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="others have no such signal"),
        ),
        pytest.param("read line || echo none", Outcome.MET, "exit code 0", 0, "none\n", id="no input"),
        pytest.param("printf '\\377'", Outcome.MET, "exit code 0", 0, "\N{REPLACEMENT CHARACTER}", id="not UTF-8"),
    ],
)  # fmt: skip
def test_outcomes(look_at, script, outcome, words, code, output):
    found = asyncio.run(look_at(command(script)))
    assert (found.outcome, found.words, found.reason) == (outcome, words, None)
    assert (found.facts["exit"], found.facts["output"]) == (code, output)


@pytest.mark.parametrize(
    "script, expectation, outcome",
    [
        pytest.param("exit 3", "exit=3", Outcome.MET, id="another exit code is wanted"),
        pytest.param("exit 0", "exit=3", Outcome.UNMET, id="another exit code is wanted and not had"),
        pytest.param("echo up", "output={contains: up}", Outcome.MET, id="output"),
        pytest.param(
            "echo up; exit 1", "output={contains: up}", Outcome.UNMET, id="output does not make up for the code"
        ),
        pytest.param("""echo '{"a": 1}'""", "json.$.a=1", Outcome.MET, id="json"),
    ],
)
def test_conditions(look_at, script, expectation, outcome):
    assert asyncio.run(look_at(command(script), expectation)).outcome is outcome


def test_no_shell(look_at):
    found = asyncio.run(look_at("exec:echo $HOME '; false'"))
    assert (found.outcome, found.facts["output"]) == (Outcome.MET, "$HOME ; false\n")


@pytest.mark.parametrize("argv", ["/no/such/program", "no-such-program-anywhere", "/etc/passwd", "/etc"])
def test_a_program_that_cannot_be_run_is_broken(look_at, argv):
    found = asyncio.run(look_at(f"exec:{argv}"))
    assert found.outcome is Outcome.BROKEN and found.words.startswith(f"{argv!r} cannot be run: ")


def test_only_the_end_of_the_output_is_kept(look_at):
    found = asyncio.run(look_at(command("yes 12345678 | head -c 1000000; echo end")))
    assert len(found.facts["output"]) == 64 * 1024 and found.facts["output"].endswith("end\n")


def test_what_it_leaves_running_is_not_waited_for(look_at, tmp_path):
    pid_file = tmp_path / "pid"
    found = asyncio.run(look_at(command(f"sleep 1000 & echo $! > {pid_file}; echo started")))
    assert (found.outcome, found.facts["output"]) == (Outcome.MET, "started\n")
    os.kill(int(pid_file.read_text()), signal.SIGKILL)


def test_out_of_time_it_is_killed_with_its_children(look_at, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    # The pipe ends only when nobody holds it any more: neither the shell nor the program below it.
    script = f"exec 3> {pipe}; (trap '' TERM; sleep 1000) & sleep 1000"
    ended: list[bytes] = []

    async def scenario():
        reading = asyncio.create_task(asyncio.to_thread(pipe.read_bytes))
        try:
            await look_at(command(script), timeout_s=0.5)
        finally:
            ended.append(await reading)

    with pytest.raises(NetFailure) as caught:
        asyncio.run(scenario())
    assert ended == [b""]
    assert caught.value.reason is Reason.TIMEOUT
    assert str(caught.value) == "timed out after 500ms while the command ran"


def test_nothing_is_left_behind(look_at):
    async def scenario():
        before = set(Path("/proc/self/fd").iterdir())
        for _ in range(3):
            await look_at(command("echo hello; exit 1"))
            with suppress(NetFailure):
                await look_at(command("sleep 1000"), timeout_s=0.05)
        await asyncio.sleep(0)
        return before, set(Path("/proc/self/fd").iterdir())

    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc here")
    before, after = asyncio.run(scenario())
    assert len(after) <= len(before) + 1  # the child watcher's
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
