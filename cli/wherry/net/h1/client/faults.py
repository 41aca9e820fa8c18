"""What went wrong with a response, in words. Only who has met with it loads this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.quantity import format_size
from wherry.core.trace import Phase
from wherry.net.failure import NetFailure, Reason, explain
from wherry.net.h1.client.response import MAX_HEAD, MAX_INTERIM, field, until_close

if TYPE_CHECKING:
    from httptools import HttpParserError


def too_long() -> NetFailure:
    """The head has no end."""
    return _protocol(f"the response's head is longer than {format_size(MAX_HEAD)}", Phase.FIRST_BYTE)


def too_many_interim() -> NetFailure:
    """There was one 1xx response more than anybody has use for."""
    words = f"the response is not valid HTTP: more than {MAX_INTERIM} interim responses"
    return _protocol(words, Phase.FIRST_BYTE)


def too_much_framing() -> NetFailure:
    """Chunk extensions or trailers have no end."""
    return _protocol("the chunked response has more framing than body", Phase.TRANSFER)


def no_status(status: str) -> NetFailure:
    """Status codes begin at 100 (RFC 9110 section 15)."""
    return _protocol(f"the response is not valid HTTP: {status} is no status code", Phase.FIRST_BYTE)


def switched() -> NetFailure:
    """101 (Switching Protocols)."""
    return _protocol("the server switches protocols (101), which was not asked for", Phase.FIRST_BYTE)


def other_version(version: str) -> NetFailure:
    """The response is of another ``version`` of HTTP than the request."""
    return _protocol(f"the server answers with {version} on an HTTP/1.1 connection", Phase.FIRST_BYTE)


def invalid(exc: HttpParserError, data: bytes | bytearray, *, in_body: bool) -> NetFailure:
    """llhttp does not take it for a response. ``data`` is all that came of it, unless that was too much."""
    words = str(exc) or type(exc).__name__
    words = words if words.startswith("Content-") else words[0].lower() + words[1:]
    words = f"the response is not valid HTTP: {words}"
    if in_body:
        return _protocol(words, Phase.TRANSFER)
    hint = None
    if data[:2] == b"\x15\x03":
        words, hint = "the server speaks TLS here, not plain HTTP", "try https://"
    elif data[3:9] == b"\x04\x00\x00\x00\x00\x00":  # a SETTINGS frame on stream 0
        words = "the server speaks HTTP/2 only"
    elif not data.lstrip(b"\r\n").startswith(b"HTTP/1."):
        from wherry.core.wire.talk import glimpse

        words = f"the server does not speak HTTP here; it sent {glimpse(bytes(data))}"
    return _protocol(words, Phase.FIRST_BYTE, hint=hint)


def ended(head: bytes, body_size: int, exc: Exception | None, *, begun: bool) -> NetFailure:
    """The connection ended before the response did: ``exc``, or the server closed it.

    ``head`` is the response's, empty where it was not complete; ``begun`` says that something had come of it.
    """
    phase = Phase.TRANSFER if head else Phase.FIRST_BYTE
    words = _missing(head, body_size) if head else ""
    if isinstance(exc, NetFailure):
        words = f"{words}: {exc.message}" if words else exc.message
        return NetFailure(words, reason=exc.reason, phase=phase, hint=exc.hint)
    if isinstance(exc, OSError):
        return explain(exc, phase, about=words)
    if not head:
        how = "in the middle of the response's head" if begun else "without a response"
        words = f"the server closed the connection {how}"
    return NetFailure(words, reason=Reason.CLOSED, phase=phase)


def _missing(head: bytes, body_size: int) -> str:
    if until_close(head):
        return f"the body is cut off after {body_size} bytes"
    if length := field(head, b"content-length"):
        return f"the body is cut off: {body_size} of {length[0].decode()} bytes came"
    return f"the body is cut off after {body_size} bytes: its last chunk is missing"


def _protocol(words: str, phase: Phase, *, hint: str | None = None) -> NetFailure:
    return NetFailure(words, reason=Reason.PROTOCOL, phase=phase, hint=hint)
