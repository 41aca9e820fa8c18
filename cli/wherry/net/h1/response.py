"""The head of an answer as bytes. What a handler gives cannot break out of its field."""

from __future__ import annotations

import re
import time
from email.utils import formatdate
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from wherry.net.h1.refused import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
# The connection writes these itself: two of a kind would frame the answer in two ways.
_FRAMING: Final = frozenset({"content-length", "transfer-encoding", "keep-alive", "trailer", "upgrade"})

BODYLESS: Final = (204, 304)  # never with a body, RFC 9112 section 6.3
CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
CLOSE: Final = b"connection: close\r\n"
KEEP_ALIVE: Final = b"connection: keep-alive\r\n"
CHUNKED: Final = b"transfer-encoding: chunked\r\n"


class Block(NamedTuple):
    """Status line and the handler's fields; ``dated`` if Date is among them, ``close`` if they close the connection."""

    text: bytes
    dated: bool
    close: bool


def block(status: int, headers: Iterable[tuple[str, str]]) -> Block:
    """Raises ValueError for a status out of 200 to 599, for a name or value that HTTP cannot carry (header
    injection), and for a field that frames the message."""
    return _block(status, headers if isinstance(headers, tuple) else tuple(headers))


@lru_cache(maxsize=256)
def _block(status: int, headers: tuple[tuple[str, str], ...]) -> Block:
    if not 200 <= status <= 599:
        raise ValueError(f"{status} is not the status of a final answer")
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, '')}\r\n"]
    dated = close = False
    for name, value in headers:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is not a header name")
        if not _VALUE.fullmatch(value):
            raise ValueError(f"the value of {name} contains a control character")
        lower = name.lower()
        if lower in _FRAMING:
            raise ValueError(f"{name} is written by the connection; give the length or the body instead")
        if lower == "connection":
            if value.lower() != "close":
                raise ValueError("of Connection, only close can be asked for")
            close = True
            continue
        dated = dated or lower == "date"
        lines.append(f"{name}: {value}\r\n")
    try:
        return Block("".join(lines).encode("latin-1"), dated, close)
    except UnicodeEncodeError:
        raise ValueError("a header value contains a character beyond Latin-1") from None


class _Clock:
    """The Date field of this second, made once a second."""

    __slots__ = ("field", "second")

    def __init__(self) -> None:
        self.second = -1
        self.field = b""


_clock: Final = _Clock()


def date_field() -> bytes:
    """``date: Tue, 24 Nov 2026 05:52:00 GMT`` and CRLF (RFC 9110 section 6.6.1)."""
    second = int(time.time())
    if second != _clock.second:
        _clock.field = b"date: %b\r\n" % formatdate(second, usegmt=True).encode("ascii")
        _clock.second = second
    return _clock.field
