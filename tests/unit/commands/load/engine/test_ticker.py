"""Being woken at a given moment."""

from __future__ import annotations

import asyncio
import sys
from time import perf_counter_ns

import pytest

from wherry.commands.load.engine import ticker
from wherry.net.event_loop import fast_event_loop

KINDS = [pytest.param("_Turning", id="turns of the loop")]
if sys.platform != "win32":
    KINDS.append(pytest.param("_Alarm", id="the system's alarm"))


@pytest.fixture(params=[fast_event_loop, asyncio.new_event_loop], ids=["fast", "asyncio"])
def run(request):
    def run(main):
        with asyncio.Runner(loop_factory=request.param) as runner:
            return runner.run(main())

    return run


@pytest.mark.parametrize("kind", KINDS)
def test_it_wakes_again_and_again_and_never_before(run, kind):
    """Each wake-up asks for the next one, some of them for moments that have passed."""

    async def main():
        woken = asyncio.Event()
        early = []
        waits_ns = [0, 50_000, 3_000_000, 700_000, -5_000_000, 1, 12_000_000]
        asked = [perf_counter_ns()]

        def tick():
            early.append(perf_counter_ns() < asked[-1])
            if len(early) == len(waits_ns):
                woken.set()
            else:
                asked.append(perf_counter_ns() + waits_ns[len(early)])
                clock.wake_at(asked[-1])

        clock = getattr(ticker, kind)(asyncio.get_running_loop(), tick)
        clock.wake_at(asked[0])
        await woken.wait()
        clock.stop()
        return early

    assert run(main) == [False] * 7


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_word_counts(run, kind):
    async def main():
        woken = asyncio.Event()
        begun = perf_counter_ns()
        clock = getattr(ticker, kind)(asyncio.get_running_loop(), woken.set)
        clock.wake_at(begun + 3_600_000_000_000)
        clock.wake_at(begun + 2_000_000)
        await woken.wait()
        clock.stop()

    run(main)


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_is_stopped_is_silent(run, kind):
    async def main():
        loop = asyncio.get_running_loop()
        woken = []
        clock = getattr(ticker, kind)(loop, lambda: woken.append(True))
        clock.wake_at(perf_counter_ns() + 1_000_000)
        clock.stop()
        later = asyncio.Event()
        loop.call_later(0.01, later.set)
        await later.wait()
        return woken

    assert run(main) == []


def test_this_system_has_one(run):
    async def main():
        woken = asyncio.Event()
        clock = ticker.make_ticker(asyncio.get_running_loop(), woken.set)
        clock.wake_at(perf_counter_ns())
        await woken.wait()
        clock.stop()

    run(main)
