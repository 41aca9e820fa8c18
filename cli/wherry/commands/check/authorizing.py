"""Credentials that have to be looked up before a check can be sent."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from wherry.core.status import status_words
from wherry.core.trace import Trace
from wherry.net import authorization
from wherry.net.attempt import beginning
from wherry.net.http import BytesBody, Request
from wherry.net.oauth import ClientCredentials, Reply, TokenCache, cache_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.core.credential import Credential, OAuth2
    from wherry.core.secret import Secret
    from wherry.net.authorization import Authorizer
    from wherry.net.http import Client

_MOST_OF_TOKEN: Final = 1 << 20


async def authorizer_of(credential: Credential, client: Client, hide: Callable[[str], None]) -> Authorizer:
    """What makes the Authorization field of ``credential``. Raises WherryError where its secret cannot be had.

    How long it may take is the caller's business, as is another attempt.
    """

    async def grant(oauth: OAuth2, secret: Secret) -> Authorizer:
        async def endpoint(headers: tuple[tuple[str, str], ...], body: bytes) -> Reply:
            request = Request("POST", oauth.token_url, headers, BytesBody(body))
            async with client.send(request, Trace(time.monotonic)) as response:
                words = status_words(response.status, response.reason)
                return Reply(response.status, words, await beginning(response, _MOST_OF_TOKEN))

        cache = TokenCache(cache_path(oauth, secret))
        return ClientCredentials(oauth, secret, endpoint, cache, hide, lambda _lifetime_s: None)

    return await authorization.authorizer_of(credential, os.environ, hide, grant)
