"""Talks played against bytes, with the rules that every one of them has to keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from wherry.core.wire.talk import Answer, PeerClosed, Read, ReadLine, ReadSome, Send, StartTls

if TYPE_CHECKING:
    from wherry.core.wire.talk import Talk

# No talk may ask for more at once: what a server announces decides nothing about our memory.
MOST = 1 << 20


@dataclass
class Played:
    """What came of a talk: its answer and everything that it sent."""

    answer: Answer | None = None
    sent: list[bytes] = field(default_factory=list)
    tls: list[StartTls] = field(default_factory=list)
    unread: bytes = b""


def play_talk(talk: Talk, received: bytes, *, some: int = 1 << 30) -> Played:
    """Drive ``talk`` with ``received``, after which the peer closes; ReadSome gets at most ``some`` bytes at once."""
    played = Played(unread=received)

    def take(count: int) -> bytes:
        taken, played.unread = played.unread[:count], played.unread[count:]
        return taken

    action = next(talk)
    try:
        while True:
            result: bytes | None = b""
            match action:
                case Send(data):
                    assert data
                    played.sent.append(data)
                case StartTls():
                    played.tls.append(action)
                case Read(count):
                    assert 0 <= count <= MOST
                    result = take(count) if len(played.unread) >= count else None
                case ReadLine(limit):
                    assert 0 < limit <= MOST
                    end = played.unread.find(b"\n", 0, limit)
                    complete = end >= 0 or len(played.unread) >= limit
                    result = take(end + 1 if end >= 0 else limit) if complete else None
                case ReadSome():
                    result = take(some) or None
            action = talk.throw(PeerClosed()) if result is None else talk.send(result)
    except StopIteration as stop:
        assert isinstance(stop.value, Answer)
        assert stop.value.words and stop.value.words.isprintable()
        played.answer = stop.value
    return played


@pytest.fixture(scope="session")
def play():
    return play_talk
