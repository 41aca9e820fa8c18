"""Whether a file or folder exists, and what is in it."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.core.outcome import Outcome
from wherry.core.quantity import format_size
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry

# What conditions may look into. Larger files are refused, not cut: half a file has another meaning.
_MOST: Final = 1 << 20


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """See what is at the path, following links; read it where conditions look into it."""
    del network
    trace.detail = "asking the file system"
    loop = asyncio.get_running_loop()
    seen: asyncio.Future[Look] = loop.create_future()

    def tell(found: Look) -> None:
        if not seen.done():
            seen.set_result(found)

    def work() -> None:
        found = _see(
            target.path, read=inquiry.body or inquiry.wants("body", "text", "json"), digest=inquiry.wants("sha256")
        )
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, found)

    # The path may be on a network file system that hangs: a daemon thread holds up neither the deadline nor the exit.
    threading.Thread(target=work, daemon=True).start()
    return await seen


def _see(path: str, *, read: bool, digest: bool) -> Look:
    try:
        status = Path(path).stat()
        facts: dict[str, object] = {"size": status.st_size}
        if stat.S_ISDIR(status.st_mode):
            return Look(Outcome.MET, "a folder", {})
        if not stat.S_ISREG(status.st_mode):
            return Look(Outcome.MET, "exists, and is no regular file", {})
        if read:
            # Opened without waiting, in case it has become a pipe meanwhile.
            with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
                body = file.read(_MOST + 1)
            if len(body) > _MOST:
                return Look(Outcome.UNMET, f"more than {format_size(_MOST)}: too large to look into", facts)
            facts |= {"size": len(body), "body": body}
        if digest:
            from hashlib import file_digest

            with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
                facts["sha256"] = file_digest(file, "sha256").hexdigest()
        return Look(Outcome.MET, f"exists, {format_size(status.st_size)}", facts)
    except (FileNotFoundError, NotADirectoryError):
        return Look(Outcome.UNMET, "does not exist")
    except OSError as exc:
        return Look(Outcome.BROKEN, f"cannot be looked at: {(exc.strerror or str(exc)).lower()}")
