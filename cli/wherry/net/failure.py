"""Why the network did not do what was asked, in one reason and one line."""

from __future__ import annotations

import asyncio
import errno
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from wherry.core.quantity import format_duration
from wherry.core.trace import Phase
from wherry.errors import WherryError

if TYPE_CHECKING:
    from types import TracebackType

    from wherry.core.trace import Trace


class Reason(StrEnum):
    """The kind of a failure: what a report counts and a program branches on."""

    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RESET = "reset"
    CLOSED = "closed"
    TLS = "tls"
    PROTOCOL = "protocol"
    PROXY = "proxy"


class NetFailure(WherryError):
    """The network or the peer failed.

    ``phase`` is where it happened, None where no phase had begun. ``broken`` marks what no waiting mends: a local
    limit or misconfiguration, never "not yet".
    """

    def __init__(
        self,
        message: str,
        *,
        reason: Reason,
        phase: Phase | None = None,
        broken: bool = False,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.phase = phase
        self.broken = broken


# What a phase is called in "timed out after 2s while ...", without and with whom it is with.
_WHILE: Final[dict[Phase | None, tuple[str, str]]] = {
    None: ("while preparing", "while {}"),
    Phase.DNS: ("while looking up the name", "while looking up {}"),
    Phase.CONNECT: ("while connecting", "while connecting to {}"),
    Phase.PROXY: ("while the proxy connects", "while the proxy connects to {}"),
    Phase.TLS: ("in the TLS handshake", "in the TLS handshake with {}"),
    Phase.SEND: ("while sending the request", "while sending to {}"),
    Phase.FIRST_BYTE: ("while waiting for the first byte", "while waiting for the first byte from {}"),
    Phase.TRANSFER: ("while receiving the response", "while receiving from {}"),
}

_REASONS: Final[dict[int, tuple[Reason, str]]] = {
    errno.ECONNREFUSED: (Reason.REFUSED, "connection refused"),
    errno.ECONNRESET: (Reason.RESET, "connection reset by the peer"),
    errno.EPIPE: (Reason.RESET, "the peer closed the connection while we were sending"),
    errno.ECONNABORTED: (Reason.RESET, "connection aborted"),
    errno.ESHUTDOWN: (Reason.RESET, "the connection is shut down"),
    errno.ENETUNREACH: (Reason.UNREACHABLE, "network unreachable"),
    errno.EHOSTUNREACH: (Reason.UNREACHABLE, "no route to host"),
    errno.ENETDOWN: (Reason.UNREACHABLE, "network is down"),
    errno.EADDRNOTAVAIL: (Reason.UNREACHABLE, "no local address to connect from"),
    errno.EAFNOSUPPORT: (Reason.UNREACHABLE, "this address family is not available here"),
    errno.ETIMEDOUT: (Reason.TIMEOUT, "the system gave up: no answer"),
    errno.ENOENT: (Reason.REFUSED, "no such socket"),
    errno.ENOTSOCK: (Reason.REFUSED, "not a socket"),
}
# What is wrong on this machine, and stays wrong however long one waits.
_BROKEN: Final[dict[int, str]] = {
    errno.EACCES: "permission denied",
    errno.EPERM: "not permitted here: a firewall or sandbox forbids it",
    errno.EMFILE: "too many open files in this process",
    errno.ENFILE: "too many open files on this machine",
}


def os_words(exc: OSError) -> tuple[Reason, str, bool]:
    """The reason, the words and whether it is broken, for an error of the system."""
    number = exc.errno or 0
    if number in _BROKEN:
        return Reason.UNREACHABLE, _BROKEN[number], True
    if number in _REASONS:
        return *_REASONS[number], False
    if isinstance(exc, ConnectionRefusedError):
        return *_REASONS[errno.ECONNREFUSED], False
    if isinstance(exc, ConnectionError):
        return *_REASONS[errno.ECONNRESET], False
    if isinstance(exc, TimeoutError):
        return *_REASONS[errno.ETIMEDOUT], False
    return Reason.UNREACHABLE, (exc.strerror or str(exc) or type(exc).__name__).lower(), False


def explain(exc: OSError | EOFError, phase: Phase | None = None, *, about: str = "") -> NetFailure:
    """``exc``, from a socket or from asyncio, as a NetFailure; ``about`` stands before the words.

    Errors of TLS are the business of `wherry.net.tls.explain_tls`.
    """
    lead = f"{about}: " if about else ""
    if isinstance(exc, EOFError):
        return NetFailure(f"{lead}the peer closed the connection", reason=Reason.CLOSED, phase=phase)
    reason, words, broken = os_words(exc)
    return NetFailure(lead + words, reason=reason, phase=phase, broken=broken)


class bounded:  # noqa: N801  reads as what it is: async with bounded(deadline, trace)
    """Bounds a block by an instant on the loop's clock, None for no bound.

    When it passes, the block is cancelled and NetFailure(TIMEOUT) is raised, which names the phase that ``trace`` was
    in. A cancellation from outside stays what it is.
    """

    __slots__ = ("_entered", "_timeout", "_trace")

    def __init__(self, deadline: float | None, trace: Trace) -> None:
        self._timeout = asyncio.timeout_at(deadline)
        self._trace = trace

    async def __aenter__(self) -> None:
        self._entered = asyncio.get_running_loop().time()
        await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await self._timeout.__aexit__(kind, exc, traceback)
        except TimeoutError:
            if not self._timeout.expired():
                raise
            when = self._timeout.when()
            assert when is not None
            raise timed_out(when - self._entered, self._trace) from None


def timed_out(after_s: float, trace: Trace) -> NetFailure:
    """The failure of what took longer than the ``after_s`` seconds that it had."""
    return timed_out_in(after_s, trace.phase, trace.detail)


def timed_out_in(after_s: float, phase: Phase | None, detail: str = "") -> NetFailure:
    """The same for who has no trace; ``detail`` is with whom it was in ``phase``."""
    plain, with_whom = _WHILE[phase]
    # Between the reckoning of a deadline and its use passes a little time: nobody asked for 1.998 seconds.
    shown_s = float(f"{after_s:.2g}") if after_s < 99 else after_s
    after = f" after {format_duration(shown_s)}" if after_s > 0 else ""
    words = with_whom.format(detail) if detail else plain
    return NetFailure(f"timed out{after} {words}", reason=Reason.TIMEOUT, phase=phase)
