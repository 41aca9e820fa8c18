"""Kafka: ApiVersions, then Metadata for the brokers (its protocol guide and message definitions).

A broker that has started but not yet learnt of its cluster answers with no brokers: it is not ready.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from wherry.core.wire.talk import Answer, NotThisProtocol, PeerClosed, Read, Send

if TYPE_CHECKING:
    from collections.abc import Generator

    from wherry.core.target import Target
    from wherry.core.wire.talk import Action, Talk

_API_VERSIONS: Final = 18
_METADATA: Final = 3
# Versions 1 to 4 of Metadata differ little, and every broker from 0.10 to 4 knows one of them.
_METADATA_VERSIONS: Final = range(1, 5)
_THROTTLE_SINCE: Final = 3
_AUTO_CREATION_SINCE: Final = 4
_LIMIT: Final = 1 << 20
_NOT_KAFKA: Final = "not a Kafka broker"


def talk(target: Target) -> Talk:
    """Ask for the versions, then for the brokers of the cluster."""
    del target  # nothing in the URL changes the handshake
    versions = _read_versions((yield from _ask(_API_VERSIONS, 0, 1, b"")))
    if isinstance(versions, Answer):
        return versions
    lowest, highest = versions.get(_METADATA, (0, 0))
    version = max(lowest, _METADATA_VERSIONS.start)
    if version not in _METADATA_VERSIONS or version > highest:
        return Answer(True, "answers; it cannot be asked for its brokers")
    no_topics = struct.pack("!i", 0)
    if version >= _AUTO_CREATION_SINCE:
        no_topics += b"\0"
    try:
        body = yield from _ask(_METADATA, version, 2, no_topics)
    except PeerClosed:
        # ApiVersions is the one request that a listener with SASL answers before the log-in; at any other it hangs up.
        return Answer(True, "answers, and wants a log-in")
    count = _broker_count(body, version)
    if count < 1:
        return Answer(False, "knows no brokers yet")
    return Answer(True, "1 broker" if count == 1 else f"{count} brokers")


def _ask(key: int, version: int, correlation: int, body: bytes) -> Generator[Action, bytes, bytes]:
    """Send one request, return the body of the response to it."""
    client = b"wherry"
    request = struct.pack("!hhih", key, version, correlation, len(client)) + client + body
    yield Send(struct.pack("!i", len(request)) + request)
    head = yield Read(8)
    size, answered = struct.unpack("!ii", head)
    if answered != correlation or not 6 <= size <= _LIMIT:
        raise NotThisProtocol(_NOT_KAFKA, head)
    return (yield Read(size - 4))


def _read_versions(body: bytes) -> dict[int, tuple[int, int]] | Answer:
    """Of each request that the broker knows, the lowest and the highest version."""
    (code,) = struct.unpack_from("!h", body)
    if code:
        return Answer(False, f"refuses ApiVersions with error {code}")
    entries = body[6:]
    if len(body) < 6 or len(entries) != 6 * struct.unpack_from("!i", body, 2)[0]:
        raise NotThisProtocol(_NOT_KAFKA, body)
    return {key: (lowest, highest) for key, lowest, highest in struct.iter_unpack("!hhh", entries)}


def _broker_count(body: bytes, version: int) -> int:
    """How many brokers a Metadata response names; each of them takes 12 bytes at least."""
    start = 4 if version >= _THROTTLE_SINCE else 0
    count: int = struct.unpack_from("!i", body.ljust(start + 4, b"\xff"), start)[0]
    if not 0 <= count <= (len(body) - start - 4) // 12:
        raise NotThisProtocol(_NOT_KAFKA, body)
    return count
