"""Waiting for what is really there: what happens is brought about by what was reported, never by time."""

from __future__ import annotations

import asyncio
import io
import json
import socket
from contextlib import ExitStack
from importlib import import_module

import pytest

from wherry.commands.wait.events import Ending, Finished, Looked, Standing, Status
from wherry.commands.wait.options import Options, Wanted
from wherry.commands.wait.run import Waiting, run
from wherry.core.expect import parse
from wherry.core.network import NetworkSettings, Resolve
from wherry.core.outcome import Outcome
from wherry.core.scope import Scope
from wherry.core.target import parse_target
from wherry.errors import DeadlinePassed, ExitCode, WherryError
from wherry.net.network import Network
from wherry.ui.console import Console
from wherry.ui.env import Env


class Recorder:
    """A reporter that keeps what it was told and lets a test answer it."""

    def __init__(self, answer=None):
        self.events = []
        self._answer = answer

    def tell(self, event):
        self.events.append(event)
        if self._answer is not None:
            self._answer(event)

    def tick(self, seconds):
        pass

    def looks(self, index=0):
        return [e.status for e in self.events if isinstance(e, Looked) and e.index == index]


def wanted(text, *expects, **more):
    return Wanted(parse_target(text), tuple(parse(expect) for expect in expects), **more)


def options(*targets, every_s=0.01, deadline_s=20.0, **more):
    return Options(tuple(targets), every_s=every_s, deadline_s=deadline_s, **more)


async def finish(asked, recorder):
    statuses = [Status(one.target.name, one.target.shown, needed=one.stable, gone=one.gone) for one in asked.wanted]
    scope = Scope(asyncio.get_running_loop().time() + asked.deadline_s)
    return await Waiting(asked, Network(asked.network, {}), scope, statuses, recorder).finish()


def listen(stack, host="127.0.0.1", port=0):
    """A socket that the system accepts connections for, and that says nothing; its port."""
    server = stack.enter_context(socket.create_server((host, port), backlog=1024))
    return server.getsockname()[1]


def test_ready_at_the_first_attempt():
    async def main():
        with ExitStack() as stack:
            port = listen(stack)
            return await finish(options(wanted(f"127.0.0.1:{port}")), Recorder())

    finished = asyncio.run(main())
    (status,) = finished.statuses
    assert (finished.ending, status.standing, status.attempts) == (Ending.READY, Standing.READY, 1)
    assert status.finding.outcome is Outcome.MET
    assert set(status.finding.phases) >= {"connect"}


def test_a_file_that_comes_later(tmp_path):
    file = tmp_path / "ready"
    recorder = Recorder(
        lambda event: file.touch() if isinstance(event, Looked) and event.status.attempts == 2 else None
    )
    finished = asyncio.run(finish(options(wanted(f"file:{file}")), recorder))
    assert [status.standing for status in recorder.looks()] == [Standing.WAITING, Standing.WAITING, Standing.READY]
    assert finished.ending is Ending.READY


def test_a_file_that_goes(tmp_path):
    file = tmp_path / "lock"
    file.touch()
    recorder = Recorder(lambda event: file.unlink(missing_ok=True))
    finished = asyncio.run(finish(options(wanted(f"file:{file}", gone=True)), recorder))
    assert [status.finding.outcome for status in recorder.looks()] == [Outcome.MET, Outcome.UNMET]
    assert finished.ending is Ending.READY


def test_stable_counts_anew_after_a_failure(tmp_path):
    file = tmp_path / "flapping"
    file.touch()

    def flap(event):
        if isinstance(event, Looked):
            file.unlink() if event.status.attempts == 2 else file.touch()

    recorder = Recorder(flap)
    asyncio.run(finish(options(wanted(f"file:{file}", stable=3)), recorder))
    assert [status.streak for status in recorder.looks()] == [1, 2, 0, 1, 2, 3]


def test_a_condition_must_hold_too(tmp_path):
    file = tmp_path / "state"
    file.write_text("starting")
    recorder = Recorder(lambda _: file.write_text("up"))
    finished = asyncio.run(finish(options(wanted(f"file:{file}", "body=up")), recorder))
    first, second = recorder.looks()
    assert 'expected "up"' in first.finding.words
    assert '"starting"' in first.finding.words
    assert second.standing is Standing.READY
    assert finished.ending is Ending.READY


def test_one_of_several_is_enough_with_any(tmp_path):
    (tmp_path / "there").touch()
    asked = options(wanted(f"file:{tmp_path}/no"), wanted(f"file:{tmp_path}/there"), any_of=True)
    finished = asyncio.run(finish(asked, Recorder()))
    assert finished.ending is Ending.READY
    assert [status.standing for status in finished.statuses] == [Standing.WAITING, Standing.READY]


def test_a_broken_target_ends_it_at_once(tmp_path):
    asked = options(wanted(f"file:{tmp_path}/no"), wanted("exec:no-such-program-of-ours"))
    finished = asyncio.run(finish(asked, Recorder()))
    assert finished.ending is Ending.BROKEN
    assert finished.statuses[1].standing is Standing.BROKEN


def test_broken_is_not_gone():
    finished = asyncio.run(finish(options(wanted("exec:no-such-program-of-ours", gone=True)), Recorder()))
    assert finished.ending is Ending.BROKEN


def test_with_any_a_broken_target_leaves_hope(tmp_path):
    file = tmp_path / "late"
    recorder = Recorder(lambda event: file.touch() if isinstance(event, Looked) and event.index == 1 else None)
    asked = options(wanted("exec:no-such-program-of-ours"), wanted(f"file:{file}"), any_of=True)
    assert asyncio.run(finish(asked, recorder)).ending is Ending.READY


def test_the_deadline_cuts_an_attempt_and_says_where_it_was():
    import_module("wherry.net.probe.handshake")  # not within the time of the attempt

    async def main():
        with ExitStack() as stack:
            port = listen(stack)
            return await finish(options(wanted(f"redis://127.0.0.1:{port}"), deadline_s=1.0), Recorder())

    finished = asyncio.run(main())
    (status,) = finished.statuses
    assert (finished.ending, status.attempts, status.finding.reason) == (Ending.DEADLINE, 1, "timeout")
    assert status.finding.words.startswith("timed out after ")
    assert "preparing" not in status.finding.words


def test_an_attempt_has_its_own_time():
    async def main():
        with ExitStack() as stack:
            port = listen(stack)
            asked = options(wanted(f"redis://127.0.0.1:{port}", gone=True, stable=2), timeout_s=0.05)
            return await finish(asked, Recorder())

    finished = asyncio.run(main())
    (status,) = finished.statuses
    assert (finished.ending, status.attempts, status.finding.reason) == (Ending.READY, 2, "timeout")


def names(*addresses):
    return NetworkSettings(resolve=tuple(Resolve("both.test", None, address) for address in addresses))


def test_each_address_of_a_name_must_be_ready():
    async def main():
        with ExitStack() as stack:
            port = listen(stack, "127.0.0.1")

            def start_the_other(event):
                if isinstance(event, Looked) and event.status.attempts == 1:
                    listen(stack, "127.0.0.2", port)

            recorder = Recorder(start_the_other)
            asked = options(
                wanted(f"tcp://both.test:{port}", each_ip=True), network=names("127.0.0.1", "127.0.0.2"), every_s=0.02
            )
            return await finish(asked, recorder), recorder

    finished, recorder = asyncio.run(main())
    first = recorder.looks()[0]
    assert first.finding.words.startswith("1 of 2 addresses: ")
    assert "127.0.0.2" in first.finding.words
    assert "127.0.0.1" not in first.finding.words
    assert first.finding.reason == "refused"
    assert finished.ending is Ending.READY
    assert finished.statuses[0].finding.words.startswith("all 2 addresses: ")


def test_without_each_ip_one_address_will_do():
    async def main():
        with ExitStack() as stack:
            port = listen(stack, "127.0.0.2")
            asked = options(wanted(f"tcp://both.test:{port}"), network=names("127.0.0.1", "127.0.0.2"))
            return await finish(asked, Recorder())

    assert asyncio.run(main()).ending is Ending.READY


def test_many_targets_at_once():
    async def main():
        with ExitStack() as stack:
            port = listen(stack)
            return await finish(options(*[wanted(f"127.0.0.1:{port}")] * 500), Recorder())

    finished = asyncio.run(main())
    assert [status.standing for status in finished.statuses] == [Standing.READY] * 500


class Interrupting(io.StringIO):
    """Standard error that cancels the task as soon as it is told that something is waited for."""

    task = None

    def write(self, text):
        if "waiting" in text:
            self.task.cancel()
        return super().write(text)


def test_cancelled_it_says_what_was_ready(tmp_path):
    (tmp_path / "there").touch()
    asked = options(wanted(f"a=file:{tmp_path}/there"), wanted(f"b=file:{tmp_path}/no"))
    env = Env()
    env.output = "json"
    out, err = io.StringIO(), Interrupting()
    env.console = Console(out, err, env.redactor, {})

    async def main():
        err.task = asyncio.current_task()
        await run(asked, env, Scope(None))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())
    assert err.getvalue().splitlines()[-1] == "1 of 2 targets was ready: a"
    document = json.loads(out.getvalue())
    assert (document["ready"], document["ending"]) == (False, "interrupted")
    assert [one["ready"] for one in document["targets"]] == [True, False]


@pytest.mark.parametrize(
    "target, deadline_s, error, code",
    [
        pytest.param("file:/no/such/file", 0.05, DeadlinePassed, ExitCode.DEADLINE, id="deadline"),
        pytest.param("exec:no-such-program-of-ours", 20.0, WherryError, ExitCode.FAILED, id="broken"),
    ],
)
def test_how_it_ends_is_an_error_with_its_code(target, deadline_s, error, code):
    async def main():
        scope = Scope(asyncio.get_running_loop().time() + deadline_s)
        await run(options(wanted(target), deadline_s=deadline_s), Env(), scope)

    with pytest.raises(error) as raised:
        asyncio.run(main())
    assert raised.value.exit_code is code


def test_finished_is_told_last(tmp_path):
    recorder = Recorder()
    asyncio.run(finish(options(wanted(f"file:{tmp_path}")), recorder))
    assert isinstance(recorder.events[-1], Finished)
