"""The tasks that work on an agenda: a few, however many checks there are."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING

from wherry.commands.check import plan

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wherry.commands.check.plan import Agenda, Job


class Workers:
    """Each does one job after the other. ``do`` carries out one, and tells the agenda what came of it."""

    def __init__(self, do: Callable[[Job], Awaitable[None]]) -> None:
        self._do = do
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        self._idlers: deque[asyncio.Future[None]] = deque()

    async def work_off(self, agenda: Agenda, count: int, deadline: float) -> bool:
        """Work with ``count`` tasks until nothing is left; False, with all still at it, where the deadline passes.

        ``deadline`` is an instant on the loop's clock. Raises what ``do`` raises.
        """
        self._tasks = [self._loop.create_task(self._work(agenda)) for _ in range(count)]
        timeout = None if deadline == math.inf else max(0.0, deadline - self._loop.time())
        done, pending = await asyncio.wait(self._tasks, timeout=timeout, return_when=asyncio.FIRST_EXCEPTION)
        for task in done:
            task.result()
        return not pending

    def wake(self, count: int) -> None:
        """There is something to do for ``count`` of those that are idle."""
        while count > 0 and self._idlers:
            count -= 1
            _settle(self._idlers.popleft())

    async def aclose(self) -> None:
        """End the tasks, each of which is cancelled in its job."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _work(self, agenda: Agenda) -> None:
        while True:
            match agenda.next(self._loop.time()):
                case plan.Start(job):
                    await self._do(job)
                case plan.Idle(due):
                    await self._idle(due)
                case _:
                    self.wake(len(self._idlers))
                    return

    async def _idle(self, due: float) -> None:
        idler = self._loop.create_future()
        self._idlers.append(idler)
        timer = None if due == math.inf else self._loop.call_at(due, _settle, idler)
        try:
            await idler
        finally:
            if timer is not None:
                timer.cancel()
            with suppress(ValueError):
                self._idlers.remove(idler)


def _settle(idler: asyncio.Future[None]) -> None:
    if not idler.done():
        idler.set_result(None)
