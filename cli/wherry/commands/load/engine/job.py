"""A request whose turn has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wherry.commands.load.engine.origin import Origin
    from wherry.commands.load.engine.redirects import Way
    from wherry.commands.load.targets.prepared import Prepared


class Job:
    """``planned_ns`` is its time by the schedule, or that of its sending in a closed loop.

    ``part`` says in which part of a closed loop's run it was taken. ``retried``: it met a connection that had just been
    closed and is sent once more. ``way``: that of a request which was redirected. ``is_sent``: one or the other, so
    that it has been sent before and is not counted again.
    """

    __slots__ = ("is_sent", "origin", "part", "planned_ns", "prepared", "retried", "way")

    def __init__(self, prepared: Prepared, origin: Origin, planned_ns: int, part: int = 0) -> None:
        self.prepared = prepared
        self.origin = origin
        self.planned_ns = planned_ns
        self.part = part
        self.retried = False
        self.is_sent = False
        self.way: Way | None = None

    def copy(self, planned_ns: int) -> Job:
        """The same request at another time."""
        return Job(self.prepared, self.origin, planned_ns, self.part)
