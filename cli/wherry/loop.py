"""The event loop of one run: which one it is, and what a signal does to it."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from typing import TYPE_CHECKING

from wherry.core.scope import Scope
from wherry.errors import ExitCode, Interrupted
from wherry.net.event_loop import fast_event_loop

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_SIGNALS = {signal.SIGINT: ExitCode.SIGINT, signal.SIGTERM: ExitCode.SIGTERM}
# The same signal again within this time is the same one: a terminal sends Ctrl+C to both processes of a one-file
# executable, and the one in front passes its own on. A person's second Ctrl+C takes longer.
_ECHO_S = 0.1


def run(
    main: Callable[[Scope], Awaitable[ExitCode]],
    deadline_s: float | None,
    on_fault: Callable[[str, BaseException | None], None],
    *,
    serving: bool = False,
) -> ExitCode:
    """Run ``main`` to its end and return its exit code.

    The absolute deadline opens here, ``deadline_s`` seconds from now; ``main`` obeys it. The first
    SIGINT or SIGTERM cancels ``main``, which reports what was done; a second one ends the process at
    once. ``on_fault`` is told, in words and with the exception, of errors that nothing awaits: those of
    callbacks and forgotten tasks. ``serving`` is for many connections over a long time: a faster loop, which takes
    8 ms longer to start. Afterwards signals are handled as before. Raises Interrupted after a signal, else whatever
    ``main`` raises.
    """
    # What asyncio logs by itself is for its own developers, such as a child that was reaped while it was being started;
    # what concerns us comes as exceptions, and to on_fault.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    gc.freeze()
    gc.enable()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        with asyncio.Runner(loop_factory=fast_event_loop if serving else asyncio.new_event_loop) as runner:
            # Not runner.run: the handler of SIGINT that it sets would be taken away again by ours, which takes 2 ms.
            return runner.get_loop().run_until_complete(_supervise(main, deadline_s, on_fault))
    finally:
        # asyncio's loop leaves the system's handlers behind, and uvloop's its own, which hears nothing any more.
        for number, handler in before.items():
            signal.signal(number, handler)


async def _supervise(
    main: Callable[[Scope], Awaitable[ExitCode]],
    deadline_s: float | None,
    on_fault: Callable[[str, BaseException | None], None],
) -> ExitCode:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: on_fault(context["message"], context.get("exception")))
    task = asyncio.current_task()
    assert task is not None
    received: list[ExitCode] = []
    since = 0.0

    def interrupt(code: ExitCode) -> None:
        nonlocal since
        if not received:
            received.append(code)
            since = loop.time()
            task.cancel()
        elif code is not received[0] or loop.time() - since > _ECHO_S:
            os._exit(code)

    for number, code in _SIGNALS.items():
        if sys.platform == "win32":
            signal.signal(number, lambda *_, code=code: loop.call_soon_threadsafe(interrupt, code))
        else:
            loop.add_signal_handler(number, interrupt, code)
    try:
        code = await main(Scope(None if deadline_s is None else loop.time() + deadline_s))
    except BaseException as exc:
        if received and not isinstance(exc, Exception):
            raise Interrupted(received[0]) from None
        raise
    if received:
        raise Interrupted(received[0])
    return code
