"""The four time-outs of httpx.Timeout, over the phases of an exchange."""

from __future__ import annotations

import asyncio
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
    """A trace that bounds a block until the head of a response is there: ``async with Timing(timeouts)``.

    ``timeouts`` are seconds by httpx's names, None for no bound. "connect" is for all of opening a connection, "read"
    for the wait for a head, "write" for what is handed to the connection in one piece. Raises httpx's exceptions for
    them, and httpx.ReadError after `stop`. A cancellation from outside stays what it is.
    """

    __slots__ = ("_bounds", "_kind", "_loop", "_open", "_stopped", "_timer")

    def __init__(self, timeouts: Mapping[str, float | None]) -> None:
        self._loop = asyncio.get_running_loop()
        super().__init__(self._loop.time)
        self._bounds = timeouts
        self._kind: str | None = None
        self._timer = asyncio.timeout(None)
        self._open = self._stopped = False

    async def __aenter__(self) -> Timing:
        await self._timer.__aenter__()
        self._open = True
        self._bound(_POOL)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._open = False
        try:
            await self._timer.__aexit__(kind, exc, traceback)
        except TimeoutError:
            if self._stopped:
                raise httpx.ReadError("the transport was closed") from None
            if not self._timer.expired():
                raise
            after_s = self._bounds[self._kind] if self._kind else None
            raise _EXCEPTIONS[self._kind](str(timed_out(after_s or 0, self))) from None

    def begin(self, phase: Phase, detail: str = "") -> None:
        super().begin(phase, detail)
        if (kind := _BOUND_BY[phase]) != self._kind:
            self._bound(kind)

    def writing(self) -> None:
        """A piece of the body is handed to the connection."""
        self._bound(_WRITE)

    def written(self) -> None:
        """It was taken; how long the next one takes to be made is not bounded."""
        if self._kind == _WRITE:
            self._bound(None)

    def stop(self) -> None:
        """End the block now."""
        if self._open:
            self._stopped = True
            self._timer.reschedule(self._loop.time())

    def _bound(self, kind: str | None) -> None:
        """From now on, ``kind`` bounds the block."""
        self._kind = kind
        bound_s = None if kind is None else self._bounds.get(kind)
        if self._open and not self._stopped and (bound_s is not None or self._timer.when() is not None):
            self._timer.reschedule(None if bound_s is None else self._loop.time() + bound_s)
