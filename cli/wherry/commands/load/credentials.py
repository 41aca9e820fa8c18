"""From credentials to Authorization fields, before anything else happens: a command may be asked for its secret."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wherry.core.redact import is_secret_header
from wherry.core.secret import Secret
from wherry.errors import DeadlinePassed, UsageError
from wherry.net.authorization import authorizer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.core.credential import Credential, OAuth2
    from wherry.core.sending import Headers
    from wherry.net.authorization import Authorizer


def authorization_of(
    credential: Credential | None, environ: Mapping[str, str], hide: Callable[[str], None], deadline_s: float | None
) -> Secret | None:
    """The value of the Authorization field; None without a credential. ``hide`` is told what must never be shown.

    Raises what :func:`wherry.profile.secret.reveal` raises, and DeadlinePassed.
    """
    if credential is None:
        return None
    return asyncio.run(_ask(credential, environ, hide, deadline_s))


def hide_headers(headers: Headers, hide: Callable[[str], None]) -> None:
    """Tell ``hide`` of the fields that are named like a credential: the value, and what stands after its scheme."""
    for name, value in headers:
        if is_secret_header(name):
            hide(value)
            hide(value.rpartition(" ")[2])


async def _ask(
    credential: Credential, environ: Mapping[str, str], hide: Callable[[str], None], deadline_s: float | None
) -> Secret:
    try:
        async with asyncio.timeout(deadline_s):
            return Secret(await (await authorizer_of(credential, environ, hide, _refuse)).header())
    except TimeoutError:
        raise DeadlinePassed("the deadline passed before anything could be sent") from None


async def _refuse(_credential: OAuth2, _secret: Secret) -> Authorizer:
    raise UsageError(
        "the profile's credential is one of OAuth 2, for which load asks no server",
        hint="give a token: --bearer exec:COMMAND",
    )
