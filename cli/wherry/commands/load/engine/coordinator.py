"""The coordinator: has the workers begin together, adds up what they tell, and has them stop."""

from __future__ import annotations

import asyncio
import time
from time import perf_counter_ns
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.load.engine.messages import (
    Begin,
    Broken,
    Finished,
    Halt,
    Measured,
    Ready,
    decode_report,
    encode,
)
from wherry.commands.load.events import Stage
from wherry.commands.load.record import Ended
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.load.engine.crew import Crew
    from wherry.commands.load.events import Progress
    from wherry.commands.load.tally.tally import Tally

# Between the order to begin and the begin: it must have reached every worker.
_HEAD_START_NS: Final = 20_000_000
# What a worker may take to tell what it did once it was halted.
_PATIENCE_S: Final = 5.0


class Coordinator:
    """``glance_s`` is how often the run is looked at, which takes a millisecond of the core that it may share."""

    def __init__(
        self, crew: Crew, tally: Tally, *, warmup_s: float, lasts_s: float | None, requests: int | None, glance_s: float
    ) -> None:
        self.own_fault = 0
        self.began_s = 0.0
        self._crew = crew
        self._tally = tally
        self._warmup_s = warmup_s
        self._lasts_s = lasts_s
        self._requests = requests
        self._glance_s = glance_s
        self._ready: set[int] = set()
        self._finished: set[int] = set()
        self._trouble: WherryError | None = None
        self._news = asyncio.Event()
        self._begin_ns = 0

    async def run(
        self, addresses: dict[str, list[str]], watch: Callable[[Progress], Ended | None], deadline: float | None
    ) -> Ended:
        """From the workers' readiness to their end; why it ended.

        ``watch`` is called now and then; what it returns, if anything, is why the run ends now. ``deadline`` is an
        instant on the loop's clock. When it is cancelled the workers stop, what they did is in the tally, and
        CancelledError goes on. Raises WherryError where a worker could not go on; the others have stopped.
        """
        self._crew.listen(self._told, self._lost)
        try:
            async with asyncio.timeout_at(deadline):
                await self._until(lambda: len(self._ready) == len(self._crew))
                self._begin_ns = perf_counter_ns() + _HEAD_START_NS
                self.began_s = time.time() + _HEAD_START_NS / 1e9 + self._warmup_s
                self._crew.tell_all(encode(Begin(self._begin_ns, addresses)))
                return await self._watching(watch)
        except TimeoutError:
            await self._halt()
            return Ended.DEADLINE
        except (asyncio.CancelledError, WherryError):
            await self._halt()
            raise

    async def _watching(self, watch: Callable[[Progress], Ended | None]) -> Ended:
        while not self._over() or self._trouble is not None:
            try:
                async with asyncio.timeout(self._glance_s):
                    await self._until(self._over)
            except TimeoutError:
                pass
            if (ended := watch(self._progress())) is not None and not self._over():
                await self._halt()
                return ended
        return Ended.COMPLETE

    def _over(self) -> bool:
        return len(self._finished) == len(self._crew)

    async def _until(self, holds: Callable[[], bool]) -> None:
        """Wait until ``holds()``. Raises the error of a worker that could not go on."""
        while self._trouble is None and not holds():
            self._news.clear()
            await self._news.wait()
        if self._trouble is not None:
            raise self._trouble

    async def _halt(self) -> None:
        self._crew.tell_all(encode(Halt()))
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while not self._over():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pass  # it is about to be ended

    def _told(self, number: int, message: bytes) -> None:
        match decode_report(message):
            case Measured(part):
                self._tally.add(number, part)
                return
            case Ready():
                self._ready.add(number)
            case Finished(own_fault):
                self._finished.add(number)
                self.own_fault += own_fault
            case Broken() as broken:
                self._finished.add(number)
                self._trouble = self._trouble or broken.error()
        self._news.set()

    def _lost(self, number: int) -> None:
        if number not in self._finished:
            self._finished.add(number)
            self._trouble = self._trouble or self._crew.lost(number)
            self._news.set()

    def _progress(self) -> Progress:
        elapsed_s = max(0.0, (perf_counter_ns() - self._begin_ns) / 1e9)
        measured_s = elapsed_s - self._warmup_s
        if measured_s < 0:
            stage = Stage.WARMING
        elif self._lasts_s is not None and measured_s > self._lasts_s:
            stage = Stage.ENDING
        else:
            stage = Stage.MEASURING
        progress = self._tally.progress(elapsed_s=elapsed_s, stage=stage)
        return msgspec.structs.replace(progress, done=self._done(elapsed_s, progress))

    def _done(self, elapsed_s: float, progress: Progress) -> float | None:
        parts = []
        if self._lasts_s is not None:
            parts.append(elapsed_s / (self._warmup_s + self._lasts_s))
        if self._requests is not None:
            parts.append((progress.counts.answered + progress.counts.failed) / self._requests)
        return min(1.0, max(parts)) if parts else None
