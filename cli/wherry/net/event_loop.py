"""The event loop for many connections."""

from __future__ import annotations

import asyncio
import sys


def fast_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop's loop (winloop's on Windows) where it can be had, else asyncio's."""
    try:
        if sys.platform == "win32":
            import winloop as fast
        else:
            import uvloop as fast
    except ImportError:
        return asyncio.new_event_loop()
    return fast.new_event_loop()  # type: ignore[no-any-return,unused-ignore]
