"""Some of many at once."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

T = TypeVar("T")
R = TypeVar("R")


async def together(work: Callable[[T], Awaitable[R]], items: Iterable[T], *, limit: int) -> list[R]:
    """``work`` on each of ``items``, at most ``limit`` at once; what each came to, in their order.

    Raises what the first that failed raised; the others are cancelled.
    """
    room = asyncio.Semaphore(limit)

    async def one(item: T) -> R:
        async with room:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(item)) for item in items]
    except BaseExceptionGroup as exc:
        raise exc.exceptions[0] from None
    return [task.result() for task in tasks]
