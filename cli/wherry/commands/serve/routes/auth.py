"""Routes behind a door: bearer, basic, and a token endpoint for OAuth 2 clients."""

from __future__ import annotations

import base64
import binascii
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from wherry.commands.serve import reply
from wherry.commands.serve.routes.parameters import Parameters, pairs
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from wherry.net.h1.exchange import Exchange

DEMO_TOKEN: Final = "demo-token"  # noqa: S105  a token that guards nothing, for trying a client out
_MAX_FORM: Final = 64 * 1024


def auth(exchange: Exchange, rest: str) -> None:
    """``/auth/bearer/TOKEN`` and ``/auth/basic/USER/PASSWORD``: 200 with that credential, else 401.

    ``POST /auth/token`` gives a token to OAuth 2 clients.
    """
    Parameters.read(exchange.request.query)
    scheme, _, expected = rest.partition("/")
    if scheme == "bearer" and expected:
        given = _credential(exchange, "bearer")
        _judge(exchange, given, unquote(expected), 'Bearer realm="wherry"')
    elif scheme == "basic" and "/" in expected:
        user, _, password = expected.partition("/")
        given = _decoded(_credential(exchange, "basic"))
        _judge(exchange, given, f"{unquote(user)}:{unquote(password)}", 'Basic realm="wherry", charset="UTF-8"')
    elif rest == "token":
        exchange.spawn(_token(exchange))
    else:
        raise Refused(404, "write /auth/bearer/TOKEN, /auth/basic/USER/PASSWORD or POST /auth/token")


def _credential(exchange: Exchange, scheme: str) -> str | None:
    """What follows the scheme in Authorization; None for another scheme or none."""
    word, _, credential = (exchange.request.header("authorization") or "").partition(" ")
    return credential.strip() if word.lower() == scheme else None


def _decoded(credential: str | None) -> str | None:
    try:
        return None if credential is None else base64.b64decode(credential, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _judge(exchange: Exchange, given: str | None, expected: str, challenge: str) -> None:
    if given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        reply.json(exchange, {"authenticated": True})
        return
    words = "no credential of this kind was sent" if given is None else "the credential is wrong"
    reply.json(exchange, {"authenticated": False, "error": words}, 401, (("www-authenticate", challenge),))


async def _token(exchange: Exchange) -> None:
    """The client credentials grant (RFC 6749 section 4.4) for any client: it hands out ``demo-token`` for an hour."""
    if exchange.request.method != "POST":
        reply.text(exchange, 405, "a token is asked for with POST", (("allow", "POST"),))
        return
    form = dict(pairs((await exchange.read_body(_MAX_FORM)).decode("utf-8", "replace")))
    if form.get("grant_type") != "client_credentials":
        reply.json(exchange, {"error": "unsupported_grant_type"}, 400)
        return
    basic = _decoded(_credential(exchange, "basic"))
    client = form.get("client_id") or (basic or "").partition(":")[0]
    if not client:
        challenge = (("www-authenticate", 'Basic realm="wherry"'),)
        reply.json(exchange, {"error": "invalid_client"}, 401, challenge)
        return
    token = {"access_token": DEMO_TOKEN, "token_type": "Bearer", "expires_in": 3600, "scope": form.get("scope", "")}
    reply.json(exchange, token, headers=(("cache-control", "no-store"),))
