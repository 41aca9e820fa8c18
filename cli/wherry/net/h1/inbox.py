"""The body of a request on its way to the handler."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.limits import Limits


class Inbox:
    """Body bytes that have come and were not asked for yet, or the reader that waits for them.

    ``wanted`` is called when a reader starts to wait, ``taken`` when it took something.
    """

    __slots__ = ("_failure", "_parts", "_taken", "_waiter", "_wanted", "ended", "received", "size", "waited_s")

    def __init__(self, wanted: Callable[[], None], taken: Callable[[], None]) -> None:
        self._parts: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._wanted = wanted
        self._taken = taken
        self.ended = False
        self.size = 0
        self.received = 0
        self.waited_s = 0.0

    @property
    def waiting(self) -> bool:
        """Whether a reader waits for the client."""
        return self._waiter is not None

    def patience_s(self, limits: Limits) -> float:
        """How long the client may stay silent now: ``body_s``, less what it wasted below ``body_rate``."""
        owed = limits.body_s + self.received / limits.body_rate - self.waited_s if limits.body_rate else limits.body_s
        return max(0.0, min(limits.body_s, owed))

    def put(self, data: bytes) -> None:
        """Data came."""
        self._parts.append(data)
        self.size += len(data)
        self.received += len(data)
        self._wake()

    def end(self) -> None:
        """The body is complete."""
        self.ended = True
        self._wake()

    def fail(self, failure: Exception) -> None:
        """There will be no more: readers get ``failure`` after what has come."""
        if not self.ended and self._failure is None:
            self._failure = failure
            self._wake()

    def clear(self) -> None:
        """Forget what nobody will read."""
        self._parts.clear()
        self.size = 0

    async def get(self) -> bytes:
        """All that has come since the last call, at least a byte; b"" at the end. Raises what ``fail`` was told."""
        while not self._parts:
            if self._failure is not None:
                raise self._failure
            if self.ended:
                return b""
            if self._waiter is not None:
                raise RuntimeError("the body of a request is read by two at once")
            loop = asyncio.get_running_loop()
            self._waiter = loop.create_future()
            began = loop.time()
            self._wanted()
            try:
                await self._waiter
            finally:
                self._waiter = None
                self.waited_s += loop.time() - began
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self.clear()
        self._taken()
        return data

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
