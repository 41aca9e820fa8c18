"""PostgreSQL: a start-up message (its documentation, "Message Flow" and "Message Formats" of protocol 3.0).

A server that is starting, stopping or recovering accepts the connection and refuses it with SQLSTATE 57P03; so "the
port is open" says nothing. Ready is, as for pg_isready, a server that asks for a password or refuses with any other
error: it has read its pg_hba.conf and looked for the user. Beyond pg_isready, 57P01 and 57P02 are not ready either: the
connection was ended by a shutdown that began after it was accepted.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from wherry.core.wire.talk import Answer, NotThisProtocol, PeerClosed, Read, ReadSome, Send, StartTls, printable

if TYPE_CHECKING:
    from collections.abc import Generator

    from wherry.core.target import Target
    from wherry.core.wire.talk import Action, Talk

_VERSION_3: Final = 3 << 16
_SSL_REQUEST: Final = struct.pack("!2I", 8, 80877103)
_TERMINATE: Final = struct.pack("!cI", b"X", 4)
_NEGOTIATE: Final = b"v"
_MESSAGE_LIMIT: Final = 10_000
_ERROR_LIMIT: Final = 30_000  # libpq's bound for an error message
_REFUSED_FOR_NOW: Final = frozenset({"57P01", "57P02", "57P03"})
_NOT_POSTGRES: Final = "not a PostgreSQL server"


def talk(target: Target) -> Talk:
    """Encryption as the URL's ``sslmode`` says (none is asked for without it), then the start-up message.

    ``prefer`` and ``require`` verify nothing, ``verify-ca`` the issuer, ``verify-full`` the host name as well.
    ``allow`` is plain: it would encrypt only after a refusal, and a refusal already says that the server is up.
    """
    mode = target.parameters.get("sslmode", "disable")
    if mode not in ("disable", "allow") and not target.socket:
        yield Send(_SSL_REQUEST)
        reply = yield Read(1)
        if reply == b"S":
            yield StartTls(verify=mode.startswith("verify-"), check_name=mode == "verify-full")
        elif reply == b"E":
            return (yield from _error())
        elif reply != b"N":
            raise NotThisProtocol(_NOT_POSTGRES, reply)
        elif mode != "prefer":
            return Answer(False, f"speaks no TLS, and sslmode is {mode}")
    user = target.user or "postgres"
    yield Send(_start_up(user, target.path or user))
    return (yield from _first_message())


def _start_up(user: str, database: str) -> bytes:
    fields = {"user": user, "database": database, "application_name": "wherry"}
    body = struct.pack("!I", _VERSION_3) + b"".join(
        b"%b\0" % text.encode(errors="surrogateescape") for pair in fields.items() for text in pair
    )
    return struct.pack("!I", len(body) + 5) + body + b"\0"


def _first_message() -> Generator[Action, bytes, Answer]:
    kind = yield Read(1)
    if kind == _NEGOTIATE:  # a server of another minor version says so first, once
        yield from _body(kind)
        kind = yield Read(1)
    if kind == b"E":
        return (yield from _error())
    if kind != b"R":
        raise NotThisProtocol(_NOT_POSTGRES, kind)
    body = yield from _body(kind)
    (method,) = struct.unpack_from("!I", body)
    if method == 0:
        # A session is being opened: leave as clients do, so that the server's log stays quiet.
        yield Send(_TERMINATE)
        return Answer(True, "accepts connections")
    # Nothing is sent: a client that has no password hangs up here too (psql does), which the server does not log.
    return Answer(True, "accepts connections, and wants a password" if method in (3, 5, 10) else "accepts connections")


def _body(kind: bytes) -> Generator[Action, bytes, bytes]:
    """The rest of a short message whose type byte, ``kind``, has been read: at least four bytes."""
    head = yield Read(4)
    (size,) = struct.unpack("!I", head)
    if not 8 <= size <= _MESSAGE_LIMIT:
        raise NotThisProtocol(_NOT_POSTGRES, kind + head)
    return (yield Read(size - 4))


def _error() -> Generator[Action, bytes, Answer]:
    """The rest of an ErrorResponse; its type byte has been read."""
    head = yield Read(4)
    (size,) = struct.unpack("!I", head)
    if not 8 <= size <= _ERROR_LIMIT:
        return (yield from _bare_error(head))
    body = yield Read(size - 4)
    fields = {part[:1]: printable(part[1:]) for part in body.split(b"\0") if part}
    state, message = fields.get(b"C", ""), fields.get(b"M", "")
    if len(state) != 5 or not message:
        raise NotThisProtocol(_NOT_POSTGRES, b"E" + head + body)
    if state in _REFUSED_FOR_NOW:
        return Answer(False, message)
    return Answer(True, f"accepts connections, and says: {message}")


def _bare_error(text: bytes) -> Generator[Action, bytes, Answer]:
    """The postmaster's own error where it could not start a process for us: a text up to a NUL, without a length."""
    try:
        while b"\0" not in text and len(text) < 1000:
            text += yield ReadSome()
    except PeerClosed:
        pass
    message, end, _ = text.partition(b"\0")
    if not end or not message.strip().isascii() or not printable(message):
        raise NotThisProtocol(_NOT_POSTGRES, b"E" + text)
    return Answer(False, printable(message))
