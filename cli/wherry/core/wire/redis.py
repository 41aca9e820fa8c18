"""Redis, Valkey and their like: PING, with AUTH and SELECT where the URL asks for them (RESP, redis.io/docs).

Ready is a server that answers commands. While it loads its data it accepts connections and says -LOADING; a replica
without its primary says -MASTERDOWN: neither is ready. A server that wants a password where none was given is up, so it
is ready; one that refuses the password that was given is not, since no client with this URL could work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.wire.talk import Answer, NotThisProtocol, Read, ReadLine, Send, printable

if TYPE_CHECKING:
    from collections.abc import Generator

    from wherry.core.target import Target
    from wherry.core.wire.talk import Action, Talk

_LINE_LIMIT: Final = 8192
# The server has read the command and would serve others: it is only this client that may not.
_UP_BUT_CLOSED: Final = {"NOAUTH": "answers, and wants a password", "NOPERM": "answers, and lets this user not PING"}


def talk(target: Target) -> Talk:
    """AUTH with the URL's password, PING, SELECT of the database in its path."""
    if target.password is not None:
        login = [target.user, target.password.reveal()] if target.user else [target.password.reveal()]
        if error := (yield from _ask("AUTH", *login)):
            return Answer(False, f"refuses the password: {error}" if _is_refusal(error) else error)
    error = yield from _ask("PING")
    code = error.partition(" ")[0]
    if code in _UP_BUT_CLOSED:
        return Answer(True, _UP_BUT_CLOSED[code])
    if error:
        return Answer(False, error)
    if target.path not in ("", "0") and (error := (yield from _ask("SELECT", target.path))):
        return Answer(False, f"database {target.path}: {error}")
    return Answer(True, "PONG")


def _is_refusal(error: str) -> bool:
    return error.startswith(("WRONGPASS", "ERR"))


def _ask(*words: str) -> Generator[Action, bytes, str]:
    """Send one command; return "" where it succeeded, else the server's error."""
    parts = [word.encode(errors="surrogateescape") for word in words]
    yield Send(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%b\r\n" % (len(part), part) for part in parts))
    kind = yield Read(1)
    if kind not in (b"+", b"-"):
        raise NotThisProtocol("not a Redis server", kind)
    line = yield ReadLine(_LINE_LIMIT)
    if not line.endswith(b"\r\n"):
        raise NotThisProtocol("not a Redis server", kind + line)
    return "" if kind == b"+" else printable(line) or "an error without words"
