"""The half of an exchange that waits, the same in every version of HTTP."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from wherry.net.h1.client.response import Head, text_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.trace import Trace


class AwaitedExchange:
    """A response as it comes, a reader that may wait for more of it, and a task that may still send the request.

    ``status`` is 0 until the head of the response is here; ``fields`` are its header fields as received. ``arrived``:
    all of the response is here.
    """

    __slots__ = (
        "_failure", "_pieces", "_reader", "_sender", "_trace", "arrived", "fields", "reason", "status", "version",
    )  # fmt: skip

    def __init__(self, trace: Trace, version: str) -> None:
        self._trace = trace
        self.status = 0
        self.version = version
        self.reason = b""
        self.fields: Sequence[tuple[bytes, bytes]] = ()
        self.arrived = False
        self._failure: Exception | None = None
        self._pieces: deque[bytes] = deque()
        self._reader: asyncio.Future[None] | None = None
        self._sender: asyncio.Task[None] | None = None

    @property
    def head(self) -> Head:
        """The head of the response."""
        fields = [(text_of(name), text_of(value)) for name, value in self.fields]
        return Head(self.status, text_of(self.reason), self.version, fields)

    async def _news(self) -> None:
        """Wait until something has come of the response. Raises NetFailure when nothing more will."""
        if self._failure is not None:
            raise self._failure
        self._reader = asyncio.get_running_loop().create_future()
        try:
            await self._reader
        finally:
            self._reader = None

    async def _stop_sending(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.cancel()
            await asyncio.wait([sender])


def wake(waiter: asyncio.Future[None] | None) -> None:
    """End the waiting, if anybody waits."""
    if waiter is not None and not waiter.done():
        waiter.set_result(None)
