"""What attempts have in common: how long they may be silent, what their failures mean, what is read of an answer."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from wherry.core.trace import Phase
from wherry.errors import DeadlinePassed
from wherry.net.failure import NetFailure, Reason, timed_out

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from wherry.core.attempt import Fault
    from wherry.core.ratelimit import RateLimit
    from wherry.core.scope import Scope
    from wherry.core.trace import Trace
    from wherry.net.http import Response

# So much of a response that nobody wants is read, to keep its connection.
_DRAINED: Final = 64 * 1024
# In these phases the server has not yet seen a byte of the request.
_UNSENT: Final = frozenset({None, Phase.DNS, Phase.CONNECT, Phase.PROXY, Phase.TLS})
_LASTING: Final = frozenset({Reason.TLS, Reason.PROTOCOL})


@asynccontextmanager
async def watched(scope: Scope, timeout_s: float, trace: Trace) -> AsyncIterator[Callable[[], None]]:
    """Bound the block by ``timeout_s`` seconds of silence, and by the deadline.

    The function it gives says that something moved: the seconds begin anew. Raises NetFailure(TIMEOUT), which names the
    phase that ``trace`` is in, and DeadlinePassed.
    """
    loop = asyncio.get_running_loop()
    timer = asyncio.timeout_at(scope.instant(loop.time(), timeout_s))

    def alive() -> None:
        timer.reschedule(scope.instant(loop.time(), timeout_s))

    try:
        async with timer:
            yield alive
    except TimeoutError:
        if not timer.expired():
            raise
        if scope.remaining(loop.time()) > 0:
            raise timed_out(timeout_s, trace) from None
        words = str(timed_out(0, trace)).replace("timed out", "the deadline passed", 1)
        raise DeadlinePassed(words) from None


def sent(phase: Phase | None) -> bool:
    """Whether the server may have seen something of a request that failed in ``phase``."""
    return phase not in _UNSENT


def fault_of(failure: NetFailure) -> Fault:
    """What ``failure`` means for another attempt."""
    from wherry.core.attempt import Fault

    lasting = failure.broken or failure.reason in _LASTING
    return Fault(str(failure), sent(failure.phase), lasting)


def rate_limit(headers: Iterable[tuple[str, str]]) -> RateLimit | None:
    """The rate limit told by ``headers``, as of now."""
    from wherry.core.ratelimit import read_rate_limit

    return read_rate_limit(headers, time.time())


async def drain(response: Response) -> None:
    """Read a short body to its end, so that its connection can be used again; one without a length where it is here."""
    length = response.header("content-length")
    if response.arrived or (length is not None and length.isdecimal() and int(length) <= _DRAINED):
        with suppress(NetFailure):
            async for _ in response.raw_chunks():
                pass


async def beginning(response: Response, limit: int) -> bytes:
    """At most ``limit`` bytes of a failure's body, to be shown; one that breaks off is shown as far as it came."""
    parts: list[bytes] = []
    size = 0
    try:
        async for chunk in response.chunks():
            parts.append(chunk)
            size += len(chunk)
            if size >= limit:
                break
    except NetFailure:
        pass
    return b"".join(parts)[:limit]
