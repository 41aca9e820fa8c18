"""The body of a request: where it ends, and its way to the handler."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from wherry.net.h1.chunked import ChunkDecoder
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.limits import Limits
    from wherry.net.h1.rules import Framing


class Incoming:
    """Takes a body off the wire and keeps it until the handler asks, or keeps the handler until it comes.

    ``changed`` is called when a reader starts to wait and when it took something: the connection then looks at
    ``waiting``, ``size`` (bytes kept) and ``expects`` (the client waits for 100 Continue) again. ``complete``: all of
    the body has come. ``discarding``: nobody wants the rest.
    """

    __slots__ = (
        "_changed",
        "_chunks",
        "_failure",
        "_left",
        "_limits",
        "_parts",
        "_received",
        "_waited_s",
        "_waiter",
        "complete",
        "discarding",
        "expects",
        "size",
    )

    def __init__(self, framing: Framing, limits: Limits, changed: Callable[[], None]) -> None:
        self._chunks = ChunkDecoder(limits.head) if framing.length is None else None
        self._left = framing.length or 0
        self._limits = limits
        self._changed = changed
        self._parts: deque[bytes] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._failure: Exception | None = None
        self._received = 0
        self._waited_s = 0.0
        self.expects = framing.expects
        self.complete = False
        self.discarding = False
        self.size = 0

    # The connection's side

    def take(self, data: bytes) -> int:
        """Take what of ``data`` belongs to the body; returns how many bytes follow it.

        Raises Refused: 400, 413 or 431. While discarding, 413 means that it is not worth reading on.
        """
        self.expects = False  # the client did not wait
        if self._chunks is not None:
            parts: list[bytes] = []
            rest = len(self._chunks.feed(data, parts))
            self._put(parts[0] if len(parts) == 1 else b"".join(parts))
            complete = self._chunks.done
        else:
            rest = max(0, len(data) - self._left)
            self._left -= len(data) - rest
            self._put(data[:-rest] if rest else data)
            complete = self._left == 0
        limit = self._limits.drained if self.discarding else self._limits.body
        if self._received > limit:
            raise Refused(413, f"the body is longer than {limit} bytes")
        if complete:
            self.complete = True
            self._wake()
        return rest

    def fail(self, failure: Exception) -> None:
        """There will be no more: readers get ``failure`` after what has come."""
        if not self.complete and self._failure is None:
            self._failure = failure
            self._wake()

    def discard(self) -> None:
        """Keep nothing of what has come and will come."""
        self.discarding = True
        self._received = self.size = 0
        self._parts.clear()

    @property
    def waiting(self) -> bool:
        """Whether a reader waits for the client."""
        return self._waiter is not None

    @property
    def drainable(self) -> bool:
        """Whether the rest is surely coming and, as far as one knows, short enough to read it for nothing."""
        return not self.expects and self._left <= self._limits.drained

    def patience_s(self) -> float:
        """How long the client may stay silent: ``body_s``, less what it wasted by staying below ``body_rate``."""
        limits = self._limits
        if not limits.body_rate:
            return limits.body_s
        return max(0.0, min(limits.body_s, limits.body_s + self._received / limits.body_rate - self._waited_s))

    # The handler's side

    async def get(self) -> bytes:
        """All that has come since the last call, at least a byte; b"" at the end. Raises what ``fail`` was told."""
        while not self._parts:
            if self._failure is not None:
                raise self._failure
            if self.complete:
                return b""
            await self._wait()
        data = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        self._changed()
        return data

    async def _wait(self) -> None:
        if self._waiter is not None:
            raise RuntimeError("the body of a request is read by two at once")
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        began = loop.time()
        self._changed()
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._waited_s += loop.time() - began

    def _put(self, data: bytes) -> None:
        self._received += len(data)
        if data and not self.discarding:
            self._parts.append(data)
            self.size += len(data)
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
