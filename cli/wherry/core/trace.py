"""Where the time of one attempt goes, and which phase it is in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Phase(StrEnum):
    """The phases of an exchange, in the order in which they happen."""

    DNS = "dns"
    CONNECT = "connect"
    PROXY = "proxy"
    TLS = "tls"
    SEND = "send"
    FIRST_BYTE = "first byte"
    TRANSFER = "transfer"


class Trace:
    """Adds up the seconds spent in each phase; a phase that comes again (a redirect) adds to itself.

    ``clock`` returns seconds and never goes back (``time.monotonic`` or the loop's).
    """

    __slots__ = ("_began", "_clock", "phase", "seconds", "started")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.started = clock()
        self._began = self.started
        self.phase: Phase | None = None
        self.seconds: dict[Phase, float] = {}

    def begin(self, phase: Phase) -> None:
        """Enter ``phase``; the one before ends now."""
        self.end()
        self.phase = phase

    def end(self) -> None:
        """Leave the phase in progress, if any."""
        now = self._clock()
        if self.phase is not None:
            self.seconds[self.phase] = self.seconds.get(self.phase, 0.0) + now - self._began
        self._began = now
        self.phase = None

    def total(self) -> float:
        """Seconds since the attempt began."""
        return self._clock() - self.started
