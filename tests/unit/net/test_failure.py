"""Bounds, and errors of the system in words."""

from __future__ import annotations

import asyncio
import errno
import re

import pytest

from wherry.core.trace import Phase, Trace
from wherry.net.failure import NetFailure, Reason, bounded, explain


@pytest.mark.parametrize(
    ("phase", "detail", "words"),
    [
        (None, "", "timed out after # while preparing"),
        (Phase.DNS, "a.example", "timed out after # while looking up a.example"),
        (Phase.CONNECT, "", "timed out after # while connecting"),
        (Phase.TLS, "a:443", "timed out after # in the TLS handshake with a:443"),
        (Phase.FIRST_BYTE, "", "timed out after # while waiting for the first byte"),
    ],
)
def test_a_bound_names_the_phase(phase, detail, words):
    async def main():
        loop = asyncio.get_running_loop()
        trace = Trace(loop.time)
        if phase:
            trace.begin(phase, detail)
        async with bounded(loop.time() + 0.05, trace):
            await asyncio.Event().wait()

    with pytest.raises(NetFailure) as caught:
        asyncio.run(main())
    assert re.sub("[0-9.]+ms", "#", str(caught.value)) == words
    assert (caught.value.reason, caught.value.phase) == (Reason.TIMEOUT, phase)


def test_a_bound_already_passed():
    async def main():
        loop = asyncio.get_running_loop()
        async with bounded(loop.time() - 1, Trace(loop.time)):
            await asyncio.Event().wait()

    with pytest.raises(NetFailure, match=r"^timed out while preparing"):
        asyncio.run(main())


@pytest.mark.parametrize("error", [TimeoutError("mine"), ValueError("mine")])
def test_a_bound_leaves_other_errors_alone(error):
    async def main():
        loop = asyncio.get_running_loop()
        async with bounded(None, Trace(loop.time)):
            raise error

    with pytest.raises(type(error), match="mine"):
        asyncio.run(main())


def test_a_cancellation_from_outside_stays_one():
    async def main():
        loop = asyncio.get_running_loop()

        async def block():
            async with bounded(loop.time() + 60, Trace(loop.time)):
                await asyncio.Event().wait()

        task = asyncio.create_task(block())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())


@pytest.mark.parametrize(
    ("number", "reason", "broken"),
    [
        (errno.ECONNREFUSED, Reason.REFUSED, False),
        (errno.ECONNRESET, Reason.RESET, False),
        (errno.EPIPE, Reason.RESET, False),
        (errno.ENETUNREACH, Reason.UNREACHABLE, False),
        (errno.ETIMEDOUT, Reason.TIMEOUT, False),
        (errno.EMFILE, Reason.UNREACHABLE, True),
        (errno.EACCES, Reason.UNREACHABLE, True),
        (errno.EIO, Reason.UNREACHABLE, False),
    ],
)
def test_errors_of_the_system(number, reason, broken):
    failure = explain(OSError(number, "Words of the system"), Phase.CONNECT, about="a:1")
    assert (failure.reason, failure.broken, failure.phase) == (reason, broken, Phase.CONNECT)
    assert str(failure).startswith("a:1: ")
