"""The HTTP/1.1 server: listening sockets, their connections, and how they end."""

from __future__ import annotations

import asyncio
import math
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from wherry.net.h1.connection import Connection
from wherry.net.h1.descriptors import allow
from wherry.net.h1.exchange import Exchange
from wherry.net.h1.head import HeadReader
from wherry.net.h1.limits import Limits
from wherry.net.h1.listener import bind, bind_unix
from wherry.net.h1.wheel import Wheel

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import Coroutine
    from pathlib import Path

    from wherry.net.h1.refused import Refused

Handler = Callable[[Exchange], None]
"""Called for each request as soon as its head is there; answers, or sees to it that an answer follows."""

_BACKLOG = 4096
_AT_ONCE = 128  # asyncio takes its backlog for the number of connections to accept in one go


class Log(Protocol):
    """Where a server says what a client is not told."""

    def error(self, message: str, **fields: Any) -> None: ...

    def debug(self, message: str, **fields: Any) -> None: ...


@dataclass(slots=True)
class Stats:
    """What happened since the start. ``refused`` are malformed or oversized requests and connections too many,
    ``failed`` answers that an error of the handler made."""

    accepted: int = 0
    requests: int = 0
    refused: int = 0
    timed_out: int = 0
    failed: int = 0


class Server:
    """Serves ``handler`` on any number of listening sockets; one event loop, one timer for all time-outs.

    Made inside a running loop, which it then belongs to.
    ``done``, if given, is called with each exchange when it is over, for access logs.
    """

    def __init__(
        self,
        handler: Handler,
        limits: Limits | None = None,
        log: Log | None = None,
        *,
        done: Callable[[Exchange], None] | None = None,
    ) -> None:
        self.handler = handler
        self.limits = limits or Limits()
        self._stats = Stats()
        self.draining = False
        self.heads = HeadReader(self.limits)
        self._log = log
        self.done = done
        self._most = self.limits.connections
        self._listeners: list[asyncio.Server] = []
        self._socket_files: list[Path] = []
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()
        self.time = self._loop.time
        self.wheel = Wheel(self._loop)
        self._empty: asyncio.Future[None] | None = None

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    @property
    def busy(self) -> int:
        """How many coroutines of handlers run; some may outlive their connection."""
        return len(self._tasks)

    @property
    def stats(self) -> Stats:
        """The counts up to now."""
        running = sum(connection.requests for connection in self._connections)
        return replace(self._stats, requests=self._stats.requests + running)

    # Listening

    async def listen(self, host: str | None, port: int, tls: ssl.SSLContext | None = None) -> list[tuple[str, int]]:
        """Listen on every address of ``host``; None or "" is all of this machine, port 0 a free one, the same for all.

        Returns the addresses bound. Raises WherryError when that is not possible.
        """
        bound = []
        for sock in await bind(self._loop, host, port):
            bound.append(sock.getsockname()[:2])
            await self.listen_socket(sock, tls)
        return bound

    async def listen_unix(self, path: Path, tls: ssl.SSLContext | None = None, mode: int | None = None) -> None:
        """Listen on a Unix socket. A file that nobody listens on is replaced; ``mode`` are its permissions.

        :meth:`drain` removes it. Raises WherryError when it cannot be made.
        """
        sock = bind_unix(path, mode)
        self._socket_files.append(path)
        await self.listen_socket(sock, tls)

    async def listen_socket(self, sock: socket.socket, tls: ssl.SSLContext | None = None) -> None:
        """Listen on a bound socket, which is the server's from now on."""
        scheme = "https" if tls else "http"
        self._most = allow(self.limits.connections)
        listener = await self._loop.create_server(
            lambda: Connection(self, scheme),
            sock=sock,
            ssl=tls,
            backlog=_AT_ONCE,
            ssl_handshake_timeout=self.limits.head_s if tls else None,
            ssl_shutdown_timeout=self.limits.linger_s if tls else None,
        )
        sock.listen(_BACKLOG)
        self._listeners.append(listener)

    async def drain(self, timeout_s: float) -> int:
        """Stop listening, close idle connections, let the others finish their answer; after ``timeout_s`` reset them.

        Returns how many had to be reset.
        """
        self.draining = True
        for listener in self._listeners:
            listener.close()
        for path in self._socket_files:
            path.unlink(missing_ok=True)
        for connection in tuple(self._connections):
            connection.shut()
        forced = 0
        try:
            if self._connections and timeout_s > 0:
                await self._until_empty(timeout_s)
        finally:
            forced = len(self._connections)
            for connection in tuple(self._connections):
                connection.abort()
            for task in self._tasks:
                task.cancel()
        await self._until_empty(math.inf)
        if self._tasks:
            await asyncio.wait(self._tasks)
        self.wheel.stop()
        return forced

    async def _until_empty(self, timeout_s: float) -> None:
        if self._connections:
            self._empty = self._loop.create_future()
            await asyncio.wait([self._empty], timeout=None if timeout_s == math.inf else timeout_s)

    # What a connection tells

    def admit(self, connection: Connection) -> bool:
        """Count a new connection; False when it is one too many or the server drains."""
        self._connections.add(connection)
        self._stats.accepted += 1
        return len(self._connections) <= self._most and not self.draining

    def dismiss(self, connection: Connection) -> None:
        """A connection is closed."""
        self._connections.discard(connection)
        self._stats.requests += connection.requests
        self.wheel.forget(connection)
        if self._empty is not None and not self._connections and not self._empty.done():
            self._empty.set_result(None)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a handler's coroutine; the server holds it until it is done."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def refused(self, connection: Connection, refused: Refused) -> None:
        """A request never became one."""
        self._stats.refused += 1
        if self._log is not None:
            self._log.debug("request refused", peer=connection.peer, status=refused.status, why=refused.words)

    def timed_out(self) -> None:
        """A client was too slow."""
        self._stats.timed_out += 1

    def report(self, exchange: Exchange, exc: BaseException) -> None:
        """A handler failed."""
        self._stats.failed += 1
        if self._log is not None:
            last = traceback.extract_tb(exc.__traceback__)[-1:]
            place = f"{last[0].filename}:{last[0].lineno}" if last else "unknown"
            request = exchange.request
            self._log.error(
                "handler failed", method=request.method, path=request.raw_path, error=repr(exc), place=place
            )
