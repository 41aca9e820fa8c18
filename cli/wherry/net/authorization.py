"""From a credential to the Authorization field."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Protocol

from wherry.core.credential import Basic, Bearer
from wherry.errors import UsageError
from wherry.profile.secret import reveal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from wherry.core.credential import Credential, OAuth2
    from wherry.core.secret import Secret

    Grant = Callable[[OAuth2, Secret], Awaitable["Authorizer"]]


class Authorizer(Protocol):
    """Who a request is made for."""

    async def header(self) -> str:
        """The value of the Authorization field. May ask a server for a token, and raise what that raises."""

    async def renew(self) -> bool:
        """The value was refused; whether there may be a better one."""


class Fixed:
    """An Authorization field that stays what it is."""

    def __init__(self, value: str) -> None:
        self._value = value

    async def header(self) -> str:
        return self._value

    async def renew(self) -> bool:
        return False


async def authorizer_of(
    credential: Credential, environ: Mapping[str, str], hide: Callable[[str], None], grant: Grant
) -> Authorizer:
    """Look up the secret of ``credential``. ``hide`` is told what must never be shown; ``grant`` knows OAuth 2.

    Raises what :func:`wherry.profile.secret.reveal` raises.
    """
    match credential:
        case Basic():
            secret = await reveal(credential.password, environ)
            if ":" in credential.user:
                raise UsageError(f"the user name {credential.user!r} contains a colon, which Basic cannot carry")
            encoded = basic(credential.user, secret)
            hide(secret.reveal())
            hide(encoded)
            return Fixed(f"Basic {encoded}")
        case Bearer():
            token = (await reveal(credential.token, environ)).reveal()
            hide(token)
            if not token.isascii() or any(c.isspace() for c in token):
                raise UsageError("the bearer token contains spaces or characters that no header can carry")
            return Fixed(f"Bearer {token}")
        case _:
            secret = await reveal(credential.client_secret, environ)
            hide(secret.reveal())
            return await grant(credential, secret)


def basic(user: str, password: Secret) -> str:
    """What follows ``Basic`` (RFC 7617, in UTF-8)."""
    return b64encode(f"{user}:{password.reveal()}".encode("utf-8", "surrogateescape")).decode()
