"""Who a request is made for, and where its secret comes from."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from wherry.core.record import Record
from wherry.errors import UsageError


class Origin(StrEnum):
    """Where a secret is to be had."""

    VALUE = "value"
    ENV = "env"
    FILE = "file"
    EXEC = "exec"


class SecretSource(Record):
    """A secret not yet looked up: the value itself, or the name of a variable, a file's path, a command.

    Looked up late (`wherry.profile.secret.reveal`), so that checking a configuration runs no command.
    """

    origin: Origin
    text: str

    def __repr__(self) -> str:
        return f"SecretSource({self.origin}, {'***' if self.origin is Origin.VALUE else self.text!r})"


def parse_source(text: str) -> SecretSource:
    """Read ``env:NAME``, ``file:PATH``, ``exec:COMMAND``, or else the secret itself.

    Raises UsageError where nothing is given.
    """
    prefix, colon, rest = text.partition(":")
    if colon and prefix in (Origin.ENV, Origin.FILE, Origin.EXEC):
        if not rest.strip():
            raise UsageError(f"{text!r} names nothing after the colon")
        return SecretSource(Origin(prefix), rest)
    if not text:
        raise UsageError("a secret is empty")
    return SecretSource(Origin.VALUE, text)


class Basic(Record):
    """HTTP Basic (RFC 7617)."""

    user: str
    password: SecretSource


class Bearer(Record):
    """A bearer token (RFC 6750)."""

    token: SecretSource


class OAuth2(Record):
    """The client-credentials grant (RFC 6749 section 4.4); ``audience`` is an extension many servers ask for."""

    token_url: str
    client_id: str
    client_secret: SecretSource
    scope: str = ""
    audience: str = ""


Credential: TypeAlias = Basic | Bearer | OAuth2
