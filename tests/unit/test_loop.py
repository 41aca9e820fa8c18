import asyncio
import contextlib
import signal
import subprocess
import sys
import textwrap

import pytest

from wherry import loop
from wherry.errors import ExitCode, WherryError


def test_returns_what_main_returns():
    async def main(scope):
        assert scope.deadline is None
        return ExitCode.NO

    assert loop.run(main, None, print) is ExitCode.NO


def test_the_deadline_is_an_instant_on_the_loops_clock():
    async def main(scope):
        now = asyncio.get_running_loop().time()
        assert now < scope.deadline <= now + 10
        return ExitCode.DONE

    loop.run(main, 10.0, print)


@pytest.mark.parametrize("serving", [False, True])
@pytest.mark.parametrize("error", [None, WherryError("broke")], ids=["done", "broke"])
def test_afterwards_signals_are_handled_as_before(serving, error):
    def mine(*_):
        pass

    async def main(_scope):
        if error is not None:
            raise error
        return ExitCode.DONE

    before = {number: signal.signal(number, mine) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with contextlib.suppress(WherryError):
            loop.run(main, None, print, serving=serving)
        assert [signal.getsignal(number) for number in before] == [mine, mine]
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_an_error_passes():
    async def main(_scope):
        raise WherryError("broke")

    with pytest.raises(WherryError, match="broke"):
        loop.run(main, None, print)


@pytest.mark.parametrize(
    ("serving", "module"), [(False, "asyncio"), (True, "winloop" if sys.platform == "win32" else "uvloop")]
)
def test_servers_get_the_faster_loop(serving, module):
    async def main(_scope):
        assert type(asyncio.get_running_loop()).__module__.startswith(module)
        return ExitCode.DONE

    loop.run(main, None, print, serving=serving)


def test_an_error_that_nothing_awaits_is_reported():
    told = []

    async def main(_scope):
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        await asyncio.sleep(0)
        return ExitCode.DONE

    loop.run(main, None, lambda words, exc: told.append((words, type(exc))))
    assert told[0][1] is ZeroDivisionError


def test_asyncios_own_log_is_not_the_users(capfd):
    source = """
        import logging
        from wherry import loop
        from wherry.errors import ExitCode

        async def main(_scope):
            logging.getLogger("asyncio").warning("Unknown child process pid 1, will report returncode 255")
            return ExitCode.DONE

        loop.run(main, None, print)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(source)], check=True)
    assert capfd.readouterr().err == ""


PROGRAM = """
    import asyncio, sys
    from wherry import loop
    from wherry.errors import ExitCode, Interrupted

    async def main(scope):
        print("running", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            print("cleaning up", flush=True)
            {cleanup}
        return ExitCode.DONE

    try:
        loop.run(main, None, print)
    except Interrupted as exc:
        print(exc)
        sys.exit(exc.exit_code)
"""


def program(cleanup="pass"):
    source = textwrap.dedent(PROGRAM.format(cleanup=cleanup))
    return subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize(
    ("number", "word"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated")], ids=["int", "term"]
)
def test_the_first_signal_cancels_and_cleans_up(number, word):
    with program() as process:
        assert process.stdout.readline() == "running\n"
        process.send_signal(number)
        assert process.stdout.read() == f"cleaning up\n{word}\n"
    assert process.returncode == 128 + number


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_the_second_signal_stops_at_once():
    with program("await asyncio.Event().wait()") as process:
        assert process.stdout.readline() == "running\n"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.readline() == "cleaning up\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""
    assert process.returncode == 130
