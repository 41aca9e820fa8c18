"""What a driver knows of a connection, in whichever version of HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.engine.job import Job
    from wherry.commands.load.engine.origin import Origin


class Line(Protocol):
    """``job`` is the request under way, None while the connection is free.

    Times are nanoseconds of perf_counter_ns: ``sent_ns`` of the request under way or last; ``head_ns`` of the last head
    that came before the rest of its response; ``free_ns``, since when it is free. ``served`` counts requests.

    Of a response: ``status``; ``body_size`` and ``wire_size`` in bytes; ``reusable``, whether another request may
    follow; ``fields`` and ``body`` where they are kept, ``body`` None where that was too much. ``closed``: nothing can
    be sent any more. ``outdated``, of a failure: an idempotent request may be sent again.
    """

    origin: Origin
    job: Job | None
    sent_ns: int
    head_ns: int
    free_ns: int
    served: int
    status: int
    body_size: int
    wire_size: int
    reusable: bool
    closed: bool
    outdated: bool

    @property
    def fields(self) -> Sequence[tuple[str, str]]: ...

    @property
    def body(self) -> bytes | None: ...

    def begin(self, job: Job, now_ns: int) -> None:
        """Send a request."""

    def expire(self, after_s: float) -> None:
        """End the request under way because ``after_s`` seconds have passed."""

    def abort(self) -> None:
        """Close at once and hear of nothing any more. Idempotent."""
