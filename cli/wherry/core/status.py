"""An HTTP status in words."""

from __future__ import annotations

from contextlib import suppress


def status_words(status: int, reason: str) -> str:
    """Such as ``HTTP 503 Service Unavailable``; HTTP/2 has no phrase of its own, and gets the usual one."""
    if not reason:
        from http import HTTPStatus

        with suppress(ValueError):
            reason = HTTPStatus(status).phrase
    return f"HTTP {status} {reason}".rstrip()
