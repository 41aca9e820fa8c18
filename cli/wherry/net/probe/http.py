"""Whether a URL answers as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.fields import by_name, cookies_set
from wherry.core.outcome import Outcome
from wherry.core.redirect import RedirectError, Trail, is_redirect
from wherry.core.wire.talk import printable
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import Client, Request
from wherry.net.probe.look import Look, wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.address import Address
    from wherry.net.http import Response
    from wherry.net.network import Network

_BODY_LIMIT: Final = 10 << 20
# What a redirect has of its own. A condition on anything else means the page that it leads to.
_OF_ANY_RESPONSE: Final = frozenset({"status", "header", "cookie", "time", "version", "ip", "cert"})


async def probe(
    target: Target, network: Network, trace: Trace, *, address: Address | None, conditions: Sequence[Condition]
) -> Look:
    """GET the URL, follow redirects; 2xx is ready.

    A redirect that is itself what the conditions want (status=302) is not followed. The body is read where they look
    into it. A pinned address and a Unix socket hold for the target's own origin; a redirect elsewhere is dialled anew.
    """
    trail = Trail.begin("GET", target.url, _credentials(target))
    while True:
        client = Client(
            network,
            unix_socket=target.socket or None if trail.home else None,
            address=address if trail.home else None,
        )
        async with client, client.send(Request(trail.method, trail.url, trail.headers), trace) as response:
            location = response.header("location")
            if not is_redirect(response.status, location) or _is_wanted(response, conditions):
                return await _seen(response, trail, conditions)
        try:
            trail = trail.follow(response.status, location or "")
        except RedirectError as exc:
            raise NetFailure(str(exc), reason=Reason.PROTOCOL) from exc


def _credentials(target: Target) -> tuple[tuple[str, str], ...]:
    if target.password is None and not target.user:
        return ()
    password = "" if target.password is None else target.password.reveal()
    import base64

    # RFC 7617; UTF-8 is what every server expects today.
    token = base64.b64encode(f"{target.user}:{password}".encode(errors="surrogateescape")).decode("ascii")
    return (("Authorization", f"Basic {token}"),)


def _is_wanted(response: Response, conditions: Sequence[Condition]) -> bool:
    """Whether a redirect is the answer that is waited for."""
    if not {condition.subject.family for condition in conditions} <= _OF_ANY_RESPONSE:
        return False
    on_status = [condition for condition in conditions if condition.subject.family == "status"]
    if not on_status:
        return False
    from wherry.core.expect import judge

    return all(judge(one, {"status": response.status}).met for one in on_status)


async def _seen(response: Response, trail: Trail, conditions: Sequence[Condition]) -> Look:
    headers = by_name(response.headers)
    facts: dict[str, object] = {
        "status": response.status,
        "header": headers,
        "cookie": cookies_set(headers),
        "url": trail.url,
        "redirects": trail.hops,
        "version": response.version,
        "ip": response.ip or None,
        "cert": response.cert,
    }
    if wanted(conditions, "body", "text", "json"):
        body = await response.read(_BODY_LIMIT)
        facts |= {"body": body, "size": len(body)}
    elif wanted(conditions, "size"):
        size = 0
        async for chunk in response.chunks():
            size += len(chunk)
        facts["size"] = size
    words = f"{response.status} {_reason(response)}".rstrip()
    return Look(Outcome.MET if 200 <= response.status < 300 else Outcome.UNMET, words, facts)


def _reason(response: Response) -> str:
    """HTTP/2 has no reason phrase, and servers write what they like into that of HTTP/1.1."""
    if said := printable(response.reason.encode("utf-8", "surrogateescape"), 60):
        return said
    from http import HTTPStatus

    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return ""
