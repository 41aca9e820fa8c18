"""MySQL and MariaDB: the greeting, then a log-in that is meant to fail (their documents, "Connection Phase").

The greeting alone says that the server is ready. But a client that hangs up after it counts as an interrupted
handshake, and after max_connect_errors (100) of them the server refuses the client's host until somebody flushes it.
So the handshake is brought to its end, with a user that needs not exist: "access denied" is not held against a host.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from wherry.core.wire.talk import Answer, NotThisProtocol, PeerClosed, Read, Send, printable

if TYPE_CHECKING:
    from collections.abc import Generator

    from wherry.core.target import Target
    from wherry.core.wire.talk import Action, Talk

_PACKET_LIMIT: Final = 8192
_ERR: Final = 0xFF
_AUTH_SWITCH: Final = 0xFE
_OK: Final = 0x00
_NOT_MYSQL: Final = "not a MySQL or MariaDB server"
# LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH
_CAPABILITIES: Final = 0x1 | 0x200 | 0x8000 | 0x80000
_UTF8MB4: Final = 45
_QUIT: Final = b"\x01\0\0\0\x01"


def talk(target: Target) -> Talk:
    """Read the greeting (or the error that stands in its place), then end the handshake."""
    _, packet = yield from _packet()
    if packet[0] == _ERR:
        return Answer(False, _error(packet))
    version, end, _ = packet[1:].partition(b"\0")
    if packet[:1] != b"\x0a" or not end or not version.isascii() or not printable(version):
        raise NotThisProtocol(_NOT_MYSQL, packet)
    shown = printable(version)
    answer = Answer(True, _product(shown), {"version": shown.removeprefix("5.5.5-")})
    with suppress(PeerClosed, NotThisProtocol):  # the greeting was there, and that is the answer
        yield from _log_in(target.user or "wherry")
    return answer


def _product(version: str) -> str:
    """MariaDB 10 put "5.5.5-" in front, for replicas that read no further than the first digit."""
    version = version.removeprefix("5.5.5-")
    number, dash, rest = version.partition("-")
    return f"MariaDB {number}" if dash and "mariadb" in rest.lower() else f"MySQL {version}"


def _packet() -> Generator[Action, bytes, tuple[int, bytes]]:
    """The number in its sequence, and the payload: at least one byte."""
    head = yield Read(4)
    size = int.from_bytes(head[:3], "little")
    if not 0 < size <= _PACKET_LIMIT:
        raise NotThisProtocol(_NOT_MYSQL, head)
    return head[3], (yield Read(size))


def _error(packet: bytes) -> str:
    """``ERR``: two bytes of code, from protocol 4.1 on a SQLSTATE with # in front, and a message."""
    if len(packet) < 4:
        raise NotThisProtocol(_NOT_MYSQL, packet)
    (code,) = struct.unpack_from("<H", packet, 1)
    text = packet[3:]
    if text[:1] == b"#":
        text = text[6:]
    return f"{printable(text) or 'an error without words'} ({code})"


def _log_in(user: str) -> Generator[Action, bytes, None]:
    response = struct.pack("<IIB23x", _CAPABILITIES, _PACKET_LIMIT, _UTF8MB4)
    response += user.encode(errors="surrogateescape")[:80] + b"\0" + b"\0" + b"mysql_native_password\0"
    yield Send(_framed(response, 1))
    sequence, packet = yield from _packet()
    if packet[0] == _AUTH_SWITCH:
        # The user's log-in has another method: an empty response is a wrong password to each of them.
        yield Send(_framed(b"", sequence + 1))
        _, packet = yield from _packet()
    if packet[0] == _OK:
        yield Send(_QUIT)


def _framed(payload: bytes, sequence: int) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes((sequence & 0xFF,)) + payload
