"""What a long-running command says of itself: /live, /ready, /metrics and /debug/tasks, on an address of their own."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING, Final

from wherry.core.exposition import CONTENT_TYPE, exposition
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType

    from wherry.core.exposition import Family
    from wherry.net.h1.exchange import Exchange

_TEXT: Final = (("content-type", "text/plain; charset=utf-8"), ("cache-control", "no-store"))
_PAGES: Final = "/live\n/ready\n/metrics\n/debug/tasks\n"


class Admin:
    """A handler for a server of its own. ``ready`` is asked each time: while it is False, /ready answers 503."""

    def __init__(self, *, ready: Callable[[], bool], metrics: Callable[[], Iterable[Family]]) -> None:
        self._ready = ready
        self._metrics = metrics

    def __call__(self, exchange: Exchange) -> None:
        if exchange.request.method not in ("GET", "HEAD"):
            exchange.respond(405, (*_TEXT, ("allow", "GET, HEAD")), b"only GET and HEAD\n")
            return
        match exchange.request.raw_path:
            case "/live":
                exchange.respond(200, _TEXT, b"live\n")
            case "/ready" if self._ready():
                exchange.respond(200, _TEXT, b"ready\n")
            case "/ready":
                exchange.respond(503, _TEXT, b"not ready\n")
            case "/metrics":
                headers = (("content-type", CONTENT_TYPE), ("cache-control", "no-store"))
                exchange.respond(200, headers, exposition(self._metrics()).encode())
            case "/debug/tasks":
                exchange.respond(200, _TEXT, tasks().encode("utf-8", "backslashreplace"))
            case "/":
                exchange.respond(200, _TEXT, _PAGES.encode())
            case _:
                raise Refused(404, "known are /live, /ready, /metrics and /debug/tasks")


def tasks() -> str:
    """Every task of the running loop and where it waits, innermost call last."""
    found = sorted(asyncio.all_tasks(), key=lambda task: (len(task.get_name()), task.get_name()))
    lines = [f"{len(found)} tasks\n"]
    for task in found:
        lines.append(f"\n{task.get_name()} {getattr(task.get_coro(), '__qualname__', task.get_coro())}\n")
        lines += (f"  {place}\n" for place in _places(task))
    return "".join(lines)


def on_sigusr1(loop: asyncio.AbstractEventLoop, say: Callable[[str], None]) -> None:
    """Say :func:`tasks` when SIGUSR1 arrives, on systems that have it."""
    if sys.platform != "win32":
        loop.add_signal_handler(signal.SIGUSR1, lambda: say(tasks()))


def _places(task: asyncio.Task[object]) -> list[str]:
    """A suspended coroutine knows its own frame and what it awaits; an asynchronous generator shows neither."""
    places = []
    step: object = task.get_coro()
    while step is not None:
        frame: FrameType | None = getattr(step, "cr_frame", None) or getattr(step, "gi_frame", None)
        if frame is None:
            break
        places.append(f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}")
        step = getattr(step, "cr_await", None) or getattr(step, "gi_yieldfrom", None)
    return places
