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

    __slots__ = ("_began", "_clock", "detail", "phase", "seconds", "started")

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.started = clock()
        self._began = self.started
        self.phase: Phase | None = None
        self.detail = ""  # may be set without a phase, for what takes time without a connection: "the command runs"
        self.seconds: dict[Phase, float] = {}

    def begin(self, phase: Phase, detail: str = "") -> None:
        """Enter ``phase``; the one before ends now. ``detail`` is with whom, for the words of a time-out."""
        self.end()
        self.phase = phase
        self.detail = detail

    def end(self) -> None:
        """Leave the phase in progress, if any."""
        now = self._clock()
        if self.phase is not None:
            self.seconds[self.phase] = self.seconds.get(self.phase, 0.0) + now - self._began
        self._began = now
        self.phase = None
        self.detail = ""

    def total(self) -> float:
        """Seconds since the attempt began."""
        return self._clock() - self.started
