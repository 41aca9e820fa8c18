"""The four time-outs of httpx.Timeout, over the phases of an exchange."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final

import httpx

from wherry.core.trace import Phase, Trace
from wherry.net.failure import timed_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_POOL, _CONNECT, _WRITE, _READ = "pool", "connect", "write", "read"
# Which one bounds which phase; before the first, a place in the pool is waited for. The body is read in bounds of its
# own, one for each piece.
_BOUND_BY: Final = {
    Phase.DNS: _CONNECT,
    Phase.CONNECT: _CONNECT,
    Phase.PROXY: _CONNECT,
    Phase.TLS: _CONNECT,
    Phase.SEND: _WRITE,
    Phase.FIRST_BYTE: _READ,
    Phase.TRANSFER: None,
}
_EXCEPTIONS: Final[Mapping[str | None, type[httpx.TimeoutException]]] = {
    _POOL: httpx.PoolTimeout,
    _CONNECT: httpx.ConnectTimeout,
    _WRITE: httpx.WriteTimeout,
    _READ: httpx.ReadTimeout,
}


class Timing(Trace):
    """Bounds a block until the head of a response is there: ``async with Timing(timeouts)``.

    As a trace it adds up no seconds: nobody would ask for them.

    ``timeouts`` are seconds by httpx's names, None for no bound. "connect" is for all of opening a connection, "read"
    for the wait for a head, "write" for what is handed to the connection in one piece. Raises httpx's exceptions for
    them, and httpx.ReadError after `stop`. A cancellation from outside stays what it is.
    """

    __slots__ = (
        "_before", "_bounds", "_deadline", "_expired", "_handle", "_kind", "_loop", "_stopped", "_task"
    )  # fmt: skip

    def __init__(self, timeouts: Mapping[str, float | None]) -> None:
        self._loop = asyncio.get_running_loop()
        super().__init__(self._loop.time)
        self._bounds = timeouts
        self._kind: str | None = None
        self._deadline = math.inf
        self._handle: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[object] | None = None
        self._before = 0
        self._expired = self._stopped = False

    async def __aenter__(self) -> Timing:
        self._task = asyncio.current_task()
        assert self._task is not None
        self._before = self._task.cancelling()
        self._bound(_POOL)
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, exc: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        task, self._task = self._task, None
        if self._handle is not None:
            self._handle.cancel()
        if not self._expired or task is None:
            return
        # As asyncio.timeout does it: what cancelled from outside besides us, goes on.
        if task.uncancel() <= self._before and isinstance(exc, asyncio.CancelledError):
            if self._stopped:
                raise httpx.ReadError("the transport was closed") from None
            after_s = self._bounds[self._kind] if self._kind else None
            raise _EXCEPTIONS[self._kind](str(timed_out(after_s or 0, self))) from None

    def begin(self, phase: Phase, detail: str = "") -> None:
        self.phase = phase
        self.detail = detail
        if (kind := _BOUND_BY[phase]) != self._kind:
            self._bound(kind)

    def end(self) -> None:
        self.phase = None
        self.detail = ""

    def writing(self) -> None:
        """A piece of the body is handed to the connection."""
        self._bound(_WRITE)

    def written(self) -> None:
        """It was taken; how long the next one takes to be made is not bounded."""
        if self._kind == _WRITE:
            self._bound(None)

    def stop(self) -> None:
        """End the block now."""
        self._stopped = True
        self._expire()

    def _bound(self, kind: str | None) -> None:
        """From now on, ``kind`` bounds the block."""
        self._kind = kind
        bound_s = None if kind is None else self._bounds.get(kind)
        if bound_s is None or self._task is None:
            self._deadline = math.inf
            return
        self._deadline = deadline = self._loop.time() + bound_s
        # A handle that comes too early looks again: making one for each phase would cost more than all the rest.
        if self._handle is None or self._handle.when() > deadline:
            self._look_at(deadline)

    def _look_at(self, instant: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
        self._handle = self._loop.call_at(instant, self._look)

    def _look(self) -> None:
        self._handle = None
        if self._deadline <= self._loop.time():
            self._expire()
        elif self._deadline < math.inf:
            self._look_at(self._deadline)

    def _expire(self) -> None:
        if self._task is not None and not self._expired:
            self._expired = True
            self._task.cancel()
