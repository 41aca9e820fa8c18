"""The words in which a handshake talks to whatever holds the connection."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Send:
    """Write these bytes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Read:
    """Read exactly this many bytes."""

    count: int


@dataclass(frozen=True, slots=True)
class ReadLine:
    """Read up to and with the next LF, at most ``limit`` bytes."""

    limit: int


@dataclass(frozen=True, slots=True)
class ReadSome:
    """Read whatever comes next, at least one byte; nothing means that the peer has closed."""


@dataclass(frozen=True, slots=True)
class StartTls:
    """Turn the connection into a TLS one; ``verify`` False accepts any certificate."""

    verify: bool


Action: TypeAlias = Send | Read | ReadLine | ReadSome | StartTls


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: whether it is ready, in words, and the facts that conditions may look at."""

    ready: bool
    words: str
    facts: Mapping[str, object] = field(default_factory=dict)


Talk: TypeAlias = Generator[Action, bytes, Answer]


class NotThisProtocol(ValueError):
    """What was received is not what a server of this kind sends; the message says what it was."""


class PeerClosed(Exception):
    """Thrown into a talk where the peer closed the connection before everything asked for was read."""


def glimpse(data: bytes, limit: int = 24) -> str:
    """The beginning of unexpected bytes, printable on one line."""
    text = data[:limit].decode("latin-1").encode("unicode_escape").decode("ascii")
    return f"{text!r}{' ...' if len(data) > limit else ''}".replace("\\\\", "\\")


def printable(data: bytes, limit: int = 300) -> str:
    """A text from a server, on one line and without control characters, at most ``limit`` characters."""
    text = data.decode("utf-8", "replace")
    text = "".join(c if c.isprintable() else " " for c in text)
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
