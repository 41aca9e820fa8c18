"""How many connections are opened at the same time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from wherry.commands.load.engine.origin import Origin

# The queue of a listening socket is often no longer than 128, and what does not fit waits for TCP to try again, for a
# second or more. Where none has to, more are opened, one for each that was; but not where it is the processor that they
# wait for.
FEW: Final = 64
_MOST: Final = 512
_TRIED_AGAIN_NS: Final = 900_000_000


class Dials:
    """Calls ``dial`` for each connection that is wanted, ``few`` at a time to begin with; it returns whether one was
    opened. ``all_done`` is called when none is being opened any more.
    """

    def __init__(
        self, dial: Callable[[Origin], Coroutine[Any, Any, bool]], all_done: Callable[[], None], few: int
    ) -> None:
        self._dial = dial
        self._all_done = all_done
        self._few = self._most = few
        self._under_way: set[asyncio.Task[None]] = set()
        self._waiting: deque[Origin] = deque()

    def __len__(self) -> int:
        """Those that are being opened, or wait for that."""
        return len(self._under_way) + len(self._waiting)

    def add(self, origin: Origin) -> None:
        """Open a connection, as soon as not too many others are being opened."""
        if len(self._under_way) >= self._most:
            self._waiting.append(origin)
            return
        task = asyncio.get_running_loop().create_task(self._open(origin))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def abandon(self) -> None:
        """Open no more."""
        for task in self._under_way:
            task.cancel()
        self._waiting.clear()

    async def _open(self, origin: Origin) -> None:
        began_ns, cpu_ns = perf_counter_ns(), time.process_time_ns()
        if await self._dial(origin):
            took_ns = perf_counter_ns() - began_ns
            if took_ns >= _TRIED_AGAIN_NS:
                self._most = self._few
            elif self._most < _MOST and 2 * (time.process_time_ns() - cpu_ns) < took_ns:
                self._most += 1

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (trouble := task.exception()):
            raise trouble
        while self._waiting and len(self._under_way) < self._most:
            origin = self._waiting.popleft()
            if origin.bound:  # else a connection that became free has served who waited
                self.add(origin)
        if not self._under_way:
            self._all_done()
