"""The forms of an answer that routes share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from wherry.net.h1.exchange import Exchange

Fields = tuple[tuple[str, str], ...]

TEXT: Final[Fields] = (("content-type", "text/plain; charset=utf-8"),)
JSON: Final[Fields] = (("content-type", "application/json"),)
_encode: Final = msgspec.json.encode


def text(exchange: Exchange, status: int, words: str, headers: Fields = ()) -> None:
    """One line of plain text."""
    exchange.respond(status, TEXT + headers, f"{words}\n".encode("utf-8", "backslashreplace"))


def json(exchange: Exchange, value: Any, status: int = 200, headers: Fields = ()) -> None:
    """One JSON document and a newline."""
    exchange.respond(status, JSON + headers, _encode(value) + b"\n")


def checked(exchange: Exchange, status: int, headers: Fields, body: bytes) -> None:
    """An answer with headers of the client's own choice. Raises Refused(400) for those that HTTP cannot carry."""
    try:
        exchange.respond(status, headers, body)
    except ValueError as exc:
        raise Refused(400, str(exc)) from None


def stop_short(exchange: Exchange) -> None:
    """Close the connection where the answer stands, complete or not: an orderly end of the stream, no reset."""
    exchange.connection.keep = False
    exchange.ended = True
    exchange.connection.answered(exchange)


def raw(exchange: Exchange, data: bytes) -> None:
    """Send bytes that are an answer only in the eye of the beholder; :func:`stop_short` ends it."""
    exchange.status = exchange.status or 200  # what the log says, and that nothing else is to answer
    exchange.sent += len(data)
    exchange.connection.send(data)
