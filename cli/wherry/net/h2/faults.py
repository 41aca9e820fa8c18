"""What went wrong on an HTTP/2 connection, in words. Only who has met with it loads this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from h2.errors import ErrorCodes

from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason, explain

if TYPE_CHECKING:
    from h2.exceptions import ProtocolError


def stream_reset(code: int, phase: Phase) -> NetFailure:
    """The server ended one stream (RST_STREAM)."""
    return _protocol(f"the server gave up the request ({_named(code)})", phase)


def went_away(code: int, phase: Phase) -> NetFailure:
    """The server ended the connection (GOAWAY), the request with it or before it was looked at."""
    if code == ErrorCodes.NO_ERROR:
        return _protocol("the server ended the connection before it looked at the request", phase)
    return _protocol(f"the server ended the connection ({_named(code)})", phase)


def too_many_interim(most: int) -> NetFailure:
    """There were more than ``most`` 1xx responses."""
    return _protocol(f"HTTP/2: more than {most} interim responses", Phase.FIRST_BYTE)


def invalid(exc: ProtocolError, phase: Phase) -> NetFailure:
    """A frame breaks a rule of HTTP/2."""
    words = str(exc).rstrip(".") or type(exc).__name__
    return _protocol(f"the response is not valid HTTP/2: {words[0].lower()}{words[1:]}", phase)


def not_http2(data: bytes) -> NetFailure:
    """The first bytes of the connection, ``data``, are no SETTINGS frame (RFC 9113 section 3.4)."""
    from wherry.core.wire.talk import glimpse

    return _protocol(f"the server does not speak HTTP/2 here; it sent {glimpse(data)}", Phase.FIRST_BYTE)


def ended(exc: Exception | None, phase: Phase) -> NetFailure:
    """The connection ended: ``exc``, or the server closed it."""
    if isinstance(exc, NetFailure):
        return NetFailure(exc.message, reason=exc.reason, phase=phase, hint=exc.hint)
    if isinstance(exc, OSError):
        return explain(exc, phase)
    words = "the server closed the connection before its response was complete"
    return NetFailure(words, reason=Reason.CLOSED, phase=phase)


def _named(code: int) -> str:
    try:
        return f"HTTP/2 error {int(code)}, {ErrorCodes(code).name}"
    except ValueError:
        return f"HTTP/2 error {int(code)}"


def _protocol(words: str, phase: Phase) -> NetFailure:
    return NetFailure(words, reason=Reason.PROTOCOL, phase=phase)
