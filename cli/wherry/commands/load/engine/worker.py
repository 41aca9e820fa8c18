"""A worker process: one event loop, one share of the run."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import suppress
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.load.engine.crew import messages
from wherry.commands.load.engine.messages import (
    Begin,
    Broken,
    Finished,
    Measured,
    Ready,
    decode_order,
    encode,
)
from wherry.commands.load.tally.part import PART_S, Part
from wherry.errors import ExitCode, WherryError
from wherry.net.event_loop import fast_event_loop

if TYPE_CHECKING:
    from wherry.commands.load.engine.crew import Pipe
    from wherry.commands.load.engine.driver import Driver
    from wherry.commands.load.engine.messages import Report
    from wherry.commands.load.engine.setup import Setup

_PART_NS: Final = round(PART_S * 1e9)
# Connections come and go with little garbage in cycles. Looking for it as often as Python does by itself would show in
# the latencies of a run with thousands of connections.
_GARBAGE: Final = (50_000, 20, 100)


def main(number: int, pipe: Pipe, setup: Setup) -> None:
    """Do worker ``number``'s share, told and telling through ``pipe``."""
    _settle_signals()
    gc.freeze()
    gc.enable()
    gc.set_threshold(*_GARBAGE)
    try:
        with asyncio.Runner(loop_factory=fast_event_loop) as runner:
            runner.get_loop().run_until_complete(_Worker(number, pipe, setup).run())
    except WherryError as exc:
        pipe.send_bytes(encode(Broken(str(exc), exc.hint)))
    except BrokenPipeError:
        pass  # the coordinator is gone, and there is nobody to tell
    except Exception as exc:
        where = traceback.extract_tb(exc.__traceback__)[-1]
        words = f"internal error in a worker process: {type(exc).__name__}: {exc} ({where.name}, line {where.lineno})"
        pipe.send_bytes(encode(Broken(words)))


def _settle_signals() -> None:
    """A terminal's Ctrl+C goes to all processes; what it means is the coordinator's to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.set_wakeup_fd(-1)  # it is the coordinator's, if we were forked
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


class _Worker:
    """Hears what it is told, lets its driver send, and tells what came of it."""

    def __init__(self, number: int, pipe: Pipe, setup: Setup) -> None:
        self._number = number
        self._pipe = pipe
        self._setup = setup
        self._driver: Driver | None = None
        self._told_ns = 0
        self._cpu_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        """From being ready to having told everything."""
        loop = self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = loop.create_future()
        loop.set_exception_handler(self._fault)
        threading.Thread(target=self._hear, name="orders", daemon=True).start()
        self._tell(Ready())
        await self._over
        if self._timer is not None:
            self._timer.cancel()
        if self._driver is not None:
            self._tell_part()
        self._tell(Finished(self._driver.own_fault if self._driver else 0))

    def _hear(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: all is done
            for message in messages(self._pipe):
                self._loop.call_soon_threadsafe(self._ordered, message)
        if not self._over.done():
            os._exit(ExitCode.FAILED)  # whoever wanted to know is gone

    def _ordered(self, message: bytes) -> None:
        match decode_order(message):
            case Begin(begin_ns, addresses):
                self._begin(begin_ns, addresses)
            case _ if self._driver is not None:
                self._driver.halt()
            case _:
                self._end()

    def _begin(self, begin_ns: int, addresses: dict[str, list[str]]) -> None:
        driver = self._driver = self._setup.driver(self._number, begin_ns, addresses, self._end)
        self._told_ns = begin_ns
        self._cpu_s = time.process_time()
        self._arm()
        if driver.work.schedule is None:
            driver.at(begin_ns, driver.start)
        else:
            driver.start()  # it has a finer clock of its own for the moment when the first request is due

    def _end(self) -> None:
        if not self._over.done():
            self._over.set_result(None)

    def _fault(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """An error in a callback: the numbers would not be true any more."""
        if not self._over.done():
            self._over.set_exception(context.get("exception") or RuntimeError(context["message"]))

    # Parts

    def _arm(self) -> None:
        assert self._driver is not None
        since_ns = perf_counter_ns() - self._driver.work.measured_from_ns
        next_ns = (round(since_ns / _PART_NS) + 1) * _PART_NS
        self._timer = self._loop.call_later((next_ns - since_ns) / 1e9, self._part_is_over)

    def _part_is_over(self) -> None:
        self._tell_part()
        self._arm()

    def _tell_part(self) -> None:
        driver = self._driver
        assert driver is not None
        now_ns, cpu_s = perf_counter_ns(), time.process_time()
        fields = driver.take()
        part = Part(
            until_s=(now_ns - driver.work.measured_from_ns) / 1e9,
            for_s=(now_ns - self._told_ns) / 1e9,
            cpu_s=cpu_s - self._cpu_s,
            **fields,
        )
        self._told_ns, self._cpu_s = now_ns, cpu_s
        self._tell(Measured(part))

    def _tell(self, report: Report) -> None:
        self._pipe.send_bytes(encode(report))
