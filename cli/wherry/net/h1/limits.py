"""What one client may take of the server."""

from __future__ import annotations

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a server connection. Sizes are bytes; names ending in ``_s`` are seconds.

    ``request_line``, ``head`` and ``headers``: the first line, the whole head and its number of fields (414, 431).
    ``body``: the longest request body (413).
    ``head_s``: from accepting, or from the first byte of a later request, to the end of its head (408).
    ``body_s``: the longest silence inside a body that is being read (408); ``body_rate`` is the average in bytes per
    second that it must keep after that time, so that one byte now and then does not hold a connection.
    ``idle_s``: between two requests of a connection.
    ``stall_s``: how long unsent output may stand still.
    ``pipelined``: unread requests kept while one is being answered; the client is not read beyond them.
    ``inbox`` and ``outbox``: body bytes waiting for the handler, output bytes waiting for the client, before the
    sender is made to wait.
    ``drained``: how much of a body nobody wanted is read to keep the connection.
    ``linger_s``: how long a connection is read, and what comes thrown away, after its last answer, so that
    the answer reaches the client (RFC 9112 section 9.6).
    ``connections``: at once; more are answered 503. Fewer where the system allows fewer open files.
    """

    request_line: int = 8 * KIB
    head: int = 32 * KIB
    headers: int = 100
    body: int = 64 * MIB
    head_s: float = 10.0
    body_s: float = 20.0
    body_rate: int = 240
    idle_s: float = 75.0
    stall_s: float = 30.0
    pipelined: int = 64 * KIB
    inbox: int = 64 * KIB
    outbox: int = 64 * KIB
    drained: int = 256 * KIB
    linger_s: float = 2.0
    connections: int = 20_000
