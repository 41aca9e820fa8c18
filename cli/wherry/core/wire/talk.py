"""The words in which a handshake talks to whatever holds the connection."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from types import MappingProxyType
from typing import Final, TypeAlias

from wherry.core.record import Record


class Send(Record):
    """Write these bytes."""

    data: bytes


class Read(Record):
    """Read exactly this many bytes."""

    count: int


class ReadLine(Record):
    """Read up to and with the next LF, or ``limit`` bytes where none is among them."""

    limit: int


class ReadSome(Record):
    """Read whatever comes next, at least one byte."""


class StartTls(Record):
    """Turn the connection into a TLS one.

    ``verify`` False accepts any certificate; ``check_name`` False one of a known issuer that is for another host.
    Bytes that came before the TLS handshake are an attack on it: whoever drives the talk refuses them.
    """

    verify: bool
    check_name: bool


Action: TypeAlias = Send | Read | ReadLine | ReadSome | StartTls


class Answer(Record):
    """What the server said: whether it is ready, in words, and the facts that conditions may look at."""

    ready: bool
    words: str
    facts: Mapping[str, object] = MappingProxyType({})


Talk: TypeAlias = Generator[Action, bytes, Answer]


class NotThisProtocol(ValueError):
    """What was received is not what a server of this kind sends.

    ``what`` says so without the bytes (``not a Redis server``); ``received`` are those already read, in order.
    """

    def __init__(self, what: str, received: bytes = b"") -> None:
        super().__init__(what)
        self.what = what
        self.received = received

    def words(self, more: bytes = b"") -> str:
        """What it is not and what it said instead, where ``more`` has come in but was not read."""
        received = self.received + more
        if not received:
            return self.what
        if received[:2] in _TLS_RECORDS:
            return f"{self.what}: it answered in TLS"
        return f"{self.what}: it answered {glimpse(received)}"


class PeerClosed(Exception):
    """Thrown into a talk where the peer closed the connection before everything asked for was read."""


# An alert or a handshake record of any version of TLS (RFC 8446 section 5.1).
_TLS_RECORDS: Final = (b"\x15\x03", b"\x16\x03")


def glimpse(data: bytes, limit: int = 32) -> str:
    """The beginning of unexpected bytes, printable on one line."""
    text = data[:limit].decode("latin-1").encode("unicode_escape").decode("ascii")
    return f"{text!r}{' ...' if len(data) > limit else ''}".replace("\\\\", "\\")


def printable(data: bytes, limit: int = 300) -> str:
    """A text from a server, on one line and without control characters, at most ``limit`` characters."""
    text = data.decode("utf-8", "replace")
    text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
