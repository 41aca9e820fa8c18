"""The writing half of a connection."""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import struct
from typing import TYPE_CHECKING

from wherry.net.h1.refused import PeerGone
from wherry.net.h1.wheel import NEVER

if TYPE_CHECKING:
    from wherry.net.h1.server import Server

_RESET = struct.pack("hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii", 1, 0)  # Windows has shorts


class Outgoing(asyncio.Protocol):
    """Gathers and writes, waits for slow readers, and gives up on those that stand still.

    While ``_gathering``, what is sent is kept for one write. ``_deaf``: what still comes in is thrown away.
    ``_lingering``: no more is written; the connection closes when all is out and the client has had time to read it.
    """

    __slots__ = (
        "_deaf",
        "_drainer",
        "_gathering",
        "_lingering",
        "_out",
        "_out_size",
        "_reading",
        "_unsent",
        "_writable",
        "deadline",
        "server",
        "spoke",
        "transport",
    )

    def __init__(self, server: Server) -> None:
        self.server = server
        self.transport: asyncio.Transport | None = None
        self.deadline = math.inf
        self.spoke = NEVER
        self._out: list[bytes] = []
        self._out_size = 0
        self._gathering = False
        self._writable = True
        self._reading = True
        self._drainer: asyncio.Future[None] | None = None
        self._unsent = 0
        self._lingering = False
        self._deaf = False

    def send(self, data: bytes) -> None:
        """Write ``data``, or gather it while input is worked through."""
        if self._gathering:
            self._out.append(data)
            self._out_size += len(data)
            if self._out_size > self.server.limits.outbox:
                self._flush()
        elif self.transport is not None and data:
            self.transport.write(data)

    async def drained(self) -> None:
        """Wait until writing makes sense again, and let others have their turn. Raises PeerGone."""
        if self._writable:
            await asyncio.sleep(0)  # a reader as fast as the writer would have the loop for itself
        if self.transport is None:
            raise PeerGone("the client closed the connection")
        if not self._writable:
            if self._drainer is None or self._drainer.done():
                self._drainer = asyncio.get_running_loop().create_future()
            await self._drainer

    def pause_writing(self) -> None:
        """asyncio's word that the client reads too slowly."""
        self._writable = False
        if self.transport is not None and not self._lingering:
            self._unsent = self.transport.get_write_buffer_size()
            self._wait_until(self.server.time() + self.server.limits.stall_s)

    def resume_writing(self) -> None:
        """asyncio's word that it has caught up."""
        self._writable = True
        if self._drainer is not None and not self._drainer.done():
            self._drainer.set_result(None)

    def abort(self) -> None:
        """Reset the connection."""
        transport = self.transport
        if transport is None:
            return
        self._flush()
        self._deaf = True
        sock = transport.get_extra_info("socket")
        if sock is not None:
            # Linger for no time: the kernel sends RST and throws away what is unsent. Unix sockets know no such thing.
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()

    def _linger(self, *, unread: bool) -> None:
        """Close for writing and read on for a while.

        Closed with input unread, the kernel would reset the connection and could take the answer from the client's
        hands (RFC 9112 section 9.6). TLS has no half-closed state: there, one waits only when input is ``unread``.
        """
        self._flush()
        transport = self.transport
        if transport is None or self._lingering:
            return
        half = transport.can_write_eof()
        if not half and not unread:
            self._close()
            return
        self._last_words()
        if half:
            transport.write_eof()
        self._read(True)

    def _close(self) -> None:
        """Close when all is written."""
        self._flush()
        transport = self.transport
        if transport is not None and not self._lingering:
            self._last_words()
            transport.close()

    def _last_words(self) -> None:
        """Only output matters from now on."""
        assert self.transport is not None
        limits = self.server.limits
        self._lingering = self._deaf = True
        self._unsent = self.transport.get_write_buffer_size()
        self._wait_until(self.server.time() + (limits.stall_s if self._unsent else limits.linger_s))

    def _lost(self) -> None:
        """The connection is closed."""
        self.transport = None
        self.deadline = math.inf
        self._deaf = True
        if self._drainer is not None and not self._drainer.done():
            self._drainer.set_exception(PeerGone("the client closed the connection"))
            self._drainer.exception()  # whoever waited may have been cancelled

    def _stalled(self, now: float) -> bool:
        """Whether unsent output explains that the deadline passed. One that moves gets more time, else it is over."""
        assert self.transport is not None
        unsent = self.transport.get_write_buffer_size()
        if not unsent:
            return False
        if unsent < self._unsent:
            self._unsent = unsent
            self._wait_until(now + self.server.limits.stall_s)
        else:
            self.server.timed_out()
            self.transport.abort()
        return True

    def _flush(self) -> None:
        out = self._out
        if not out:
            return
        if self.transport is not None:
            if len(out) == 1:
                self.transport.write(out[0])
            elif self._out_size <= self.server.limits.outbox:
                self.transport.write(b"".join(out))
            else:
                # Not writelines: asyncio's may not say that its buffer is full (CVE-2024-12254, Python 3.12 and 3.13).
                for part in out:
                    self.transport.write(part)
        self._out = []
        self._out_size = 0

    def _wait_until(self, deadline: float) -> None:
        self.deadline = deadline
        self.server.wheel.watch(self)

    def expired(self, now: float) -> None:
        """The wheel's word that the deadline has passed."""
        raise NotImplementedError

    def _read(self, on: bool) -> None:
        if on is not self._reading and self.transport is not None and not self.transport.is_closing():
            self._reading = on
            if on:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()
