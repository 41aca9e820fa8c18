"""Access tokens for a request: fetched with its own retries, and told of as it tells everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.request.call import Call
from wherry.commands.request.events import TokenFetched
from wherry.commands.request.sink import MemorySink
from wherry.net.http import BytesBody
from wherry.net.oauth import ClientCredentials, Reply, TokenCache, cache_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.commands.request.events import Event, Headers
    from wherry.commands.request.exchange import Exchange
    from wherry.core.credential import OAuth2
    from wherry.core.secret import Secret


def granted(
    credential: OAuth2, secret: Secret, exchange: Exchange, hide: Callable[[str], None], emit: Callable[[Event], None]
) -> ClientCredentials:
    """What makes the Authorization field of ``credential``."""

    async def endpoint(headers: Headers, body: bytes) -> Reply:
        # Asking twice gives two tokens, and harms nothing.
        call = Call("POST", credential.token_url, headers, BytesBody(body), repeatable=True)
        answer = await exchange.perform(call, MemorySink())
        return Reply(answer.status, answer.status_words, answer.body or b"")

    def fetched(lifetime_s: float | None) -> None:
        emit(TokenFetched(credential.token_url, lifetime_s))

    return ClientCredentials(credential, secret, endpoint, TokenCache(cache_path(credential, secret)), hide, fetched)
