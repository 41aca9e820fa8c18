"""Why a request is not served, and what the client is told."""

from __future__ import annotations

from http import HTTPStatus

REASONS: dict[int, str] = {status.value: status.phrase for status in HTTPStatus}
REASONS |= {413: "Content Too Large", 414: "URI Too Long", 416: "Range Not Satisfiable", 422: "Unprocessable Content"}


class Refused(Exception):
    """The request ends with ``status`` and ``words``, one line of plain text.

    The parser raises it for a request that is malformed or too large; a handler may raise it for its own refusals.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class PeerGone(Exception):
    """The client closed or lost the connection before its request, or the answer, was complete."""
