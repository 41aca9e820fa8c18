"""Opening a connection without blocking, without what asyncio would load to do it."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import sys
from typing import Any, Final

_WINDOWS: Final[bool] = sys.platform == "win32"


async def connect(sock: socket.socket, address: Any) -> None:
    """Connect ``sock``, which does not block, to ``address`` as its family writes it. Raises OSError.

    The loop's own sock_connect loads ssl to see whether it was given such a socket: 6 ms of each start.
    """
    loop = asyncio.get_running_loop()
    if _WINDOWS:
        await loop.sock_connect(sock, address)  # its loop cannot watch a socket for us
        return
    try:
        sock.connect(address)
    except BlockingIOError as exc:
        if exc.errno != errno.EINPROGRESS:  # a Unix socket whose queue is full will not get any further
            raise
        await _writable(loop, sock)
        if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(error, os.strerror(error)) from None


async def _writable(loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
    """A connection has been made or has failed when its socket can be written to (connect(2), EINPROGRESS)."""
    ready = asyncio.Event()
    loop.add_writer(sock, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_writer(sock)
