"""MongoDB: ``hello`` in an OP_MSG (its documents, "Wire Protocol" and "hello").

Ready is a server that can be read from: a standalone, a router, a primary or a secondary. A member of a replica set
that was not initiated yet, or that starts, recovers or rolls back, is neither, and says so.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from wherry.core.wire import bson
from wherry.core.wire.talk import Answer, NotThisProtocol, Read, Send, printable

if TYPE_CHECKING:
    from collections.abc import Generator

    from wherry.core.target import Target
    from wherry.core.wire.talk import Action, Talk

_OP_MSG: Final = 2013
_HEADER: Final = struct.Struct("<4i")
_CHECKSUM_PRESENT: Final = 1
_LIMIT: Final = 1 << 20
_COMMAND_NOT_FOUND: Final = 59
_NOT_MONGODB: Final = "not a MongoDB server"


def talk(target: Target) -> Talk:
    """Say hello, or isMaster to a server from before 4.4.2."""
    del target  # nothing in the URL changes the hello
    reply = yield from _ask("hello", 1)
    if reply.get("code") == _COMMAND_NOT_FOUND:
        reply = yield from _ask("isMaster", 2)
    if not reply.get("ok"):
        message = reply.get("errmsg")
        return Answer(False, printable(message.encode()) if isinstance(message, str) else "refuses to say hello")
    return _judge(reply)


def _judge(reply: dict[str, bson.Value]) -> Answer:
    of_set = f" of replica set {_text(reply['setName'])}" if reply.get("setName") else ""
    if reply.get("isWritablePrimary") is True or reply.get("ismaster") is True:
        if reply.get("msg") == "isdbgrid":
            return Answer(True, "mongos")
        return Answer(True, f"primary{of_set}" if of_set else "standalone")
    if reply.get("secondary") is True:
        return Answer(True, f"secondary{of_set}")
    if reply.get("arbiterOnly") is True:
        return Answer(False, f"an arbiter{of_set}: it holds no data")
    why = f": {_text(reply['info'])}" if reply.get("info") else ""
    return Answer(False, f"neither primary nor secondary{of_set}{why}")


def _text(value: bson.Value) -> str:
    return printable(str(value).encode())


def _ask(command: str, request_id: int) -> Generator[Action, bytes, dict[str, bson.Value]]:
    """Send one command, return the document that answers it."""
    body = struct.pack("<iB", 0, 0) + bson.encode({command: 1, "$db": "admin"})
    yield Send(_HEADER.pack(_HEADER.size + len(body), request_id, 0, _OP_MSG) + body)
    head = yield Read(_HEADER.size)
    size, _, response_to, code = _HEADER.unpack(head)
    if code != _OP_MSG or response_to != request_id or not _HEADER.size + 10 <= size <= _LIMIT:
        raise NotThisProtocol(_NOT_MONGODB, head)
    body = yield Read(size - _HEADER.size)
    flags, section = struct.unpack_from("<IB", body)
    if section != 0:
        raise NotThisProtocol(_NOT_MONGODB, head + body)
    try:
        return bson.decode(body[5:-4] if flags & _CHECKSUM_PRESENT else body[5:])
    except bson.BadBson as exc:
        raise NotThisProtocol(f"{_NOT_MONGODB}: its answer is no BSON ({exc})") from None
