"""AMQP 0-9-1, RabbitMQ's protocol: its header, which a server that is ready answers with connection.start (4.2.2)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from wherry.core.wire.talk import Answer, NotThisProtocol, Read, Send, printable

if TYPE_CHECKING:
    from wherry.core.target import Target
    from wherry.core.wire.talk import Talk

_HEADER: Final = b"AMQP\x00\x00\x09\x01"
_METHOD: Final = 1
_CONNECTION_START: Final = (10, 10)
_FRAME_END: Final = b"\xce"
_FRAME_LIMIT: Final = 128 * 1024
_NOT_AMQP: Final = "not an AMQP server"


def talk(target: Target) -> Talk:
    """Send the header and read the first frame."""
    del target  # nothing in the URL changes the first handshake
    yield Send(_HEADER)
    head = yield Read(7)
    if head.startswith(b"AMQP"):
        # A server that does not know the version says which one it wants, in a header of its own, and hangs up.
        kind, major, minor, revision = head[4:] + (yield Read(1))
        shown = f"{minor}-{revision}" if (kind, major) == (0, 0) else f"{major}.{minor}.{revision}"
        return Answer(False, f"speaks AMQP {shown}, not 0-9-1")
    kind, channel, size = struct.unpack("!BHI", head)
    if kind != _METHOD or channel != 0 or not 8 <= size <= _FRAME_LIMIT:
        raise NotThisProtocol(_NOT_AMQP, head)
    payload = yield Read(size)
    end = yield Read(1)
    if struct.unpack_from("!2H", payload) != _CONNECTION_START or end != _FRAME_END:
        raise NotThisProtocol(_NOT_AMQP, head + payload + end)
    properties = _strings(payload[6:])
    version = properties.get("version", "")
    product = properties.get("product", "").strip() or "an AMQP server"
    return Answer(True, f"{product} {version}".rstrip(), {"version": version} if version else {})


def _strings(table: bytes) -> dict[str, str]:
    """The texts among the server's properties, a field table (section 4.2.5.5), as far as it can be read.

    They are an extra: a table that breaks off does not make the server less ready.
    """
    (size,) = struct.unpack_from("!I", table.ljust(4, b"\0"))
    rest, found = table[4 : 4 + size], dict[str, str]()
    while rest:
        name = rest[1 : 1 + rest[0]]
        rest = rest[1 + rest[0] :]
        if len(rest) < 5 or rest[:1] not in (b"S", b"F"):
            break
        length = int.from_bytes(rest[1:5], "big")
        if rest[:1] == b"S":
            found[printable(name)] = printable(rest[5 : 5 + length], 60)
        rest = rest[5 + length :]
    return found
