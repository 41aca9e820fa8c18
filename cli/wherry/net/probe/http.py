"""Whether a URL answers as it should."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from wherry.core.call import HttpCall
from wherry.core.fields import by_name, cookies_set
from wherry.core.outcome import Outcome
from wherry.core.redirect import RedirectError, Trail, is_redirect
from wherry.core.wire.talk import printable
from wherry.net.attempt import drain
from wherry.net.failure import NetFailure, Reason
from wherry.net.http import BytesBody, Client, Request
from wherry.net.probe.look import Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.trace import Trace
    from wherry.net.http import Response
    from wherry.net.network import Network
    from wherry.net.probe.look import Inquiry

_BODY_LIMIT: Final = 10 << 20
# What a redirect has of its own. A condition on anything else means the page that it leads to.
_OF_ANY_RESPONSE: Final = frozenset({"status", "header", "cookie", "time", "version", "ip", "cert", "tls"})
# RFC 9110 section 8.6: of these a body is expected, and its absence is said with a length of 0.
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})

_NO_REDIRECT: Final = (*range(200, 300), *range(400, 600))


async def probe(target: Target, network: Network, trace: Trace, inquiry: Inquiry) -> Look:
    """Send the call, or GET the URL, and follow redirects; 2xx is ready.

    A redirect that is itself what the conditions want (status=302) is not followed. The body is read where they look
    into it. A pinned address and a Unix socket hold for the target's own origin; a redirect elsewhere is dialled anew.
    """
    call = inquiry.call or HttpCall()
    body = None if call.body is None and call.method not in _WITH_BODY else BytesBody(call.body or b"")
    headers = (*_credentials(target, call), *call.headers)
    trail = Trail.begin(call.method, target.url, headers, has_body=body is not None)
    while True:
        async with AsyncExitStack() as stack:
            client = inquiry.client
            if client is None or (trail.home and (target.socket or inquiry.address)):
                own = Client(
                    network,
                    unix_socket=target.socket or None if trail.home else None,
                    address=inquiry.address if trail.home else None,
                )
                client = await stack.enter_async_context(own)
            request = Request(trail.method, trail.url, trail.headers, body if trail.has_body else None)
            response = await stack.enter_async_context(client.send(request, trace))
            location = response.header("location")
            if not is_redirect(response.status, location) or _is_wanted(response, inquiry.conditions):
                return await _seen(response, trail, inquiry)
            if inquiry.client is not None:
                await drain(response)
        try:
            trail = trail.follow(response.status, location or "")
        except RedirectError as exc:
            raise NetFailure(str(exc), reason=Reason.PROTOCOL) from exc


def _credentials(target: Target, call: HttpCall) -> tuple[tuple[str, str], ...]:
    if (target.password is None and not target.user) or any(
        name.lower() == "authorization" for name, _ in call.headers
    ):
        return ()
    password = "" if target.password is None else target.password.reveal()
    import base64

    # RFC 7617; UTF-8 is what every server expects today.
    token = base64.b64encode(f"{target.user}:{password}".encode(errors="surrogateescape")).decode("ascii")
    return (("Authorization", f"Basic {token}"),)


def _is_wanted(response: Response, conditions: Sequence[Condition]) -> bool:
    """Whether a redirect is the answer that is waited for, or another one is: what it leads to cannot be it then."""
    if not {condition.subject.family for condition in conditions} <= _OF_ANY_RESPONSE:
        return False
    on_status = [condition for condition in conditions if condition.subject.family == "status"]
    if not on_status:
        return False
    from wherry.core.expect import judge

    def fits(status: int) -> bool:
        return all(judge(one, {"status": status}).met for one in on_status)

    return fits(response.status) or not any(map(fits, _NO_REDIRECT))


async def _seen(response: Response, trail: Trail, inquiry: Inquiry) -> Look:
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
        "tls": response.tls,
    }
    if inquiry.body or inquiry.wants("body", "text", "json"):
        body = await response.read(_BODY_LIMIT)
        facts |= {"body": body, "size": len(body)}
        if inquiry.wants("sha256"):
            from hashlib import sha256

            facts["sha256"] = sha256(body).hexdigest()
    elif inquiry.wants("sha256", "size"):
        facts |= await _measured(response)
    elif inquiry.client is not None:
        await drain(response)
    words = f"{response.status} {_reason(response)}".rstrip()
    return Look(Outcome.MET if 200 <= response.status < 300 else Outcome.UNMET, words, facts)


async def _measured(response: Response) -> dict[str, object]:
    """Size and digest of a body that is not kept, and may be of any size."""
    from hashlib import sha256

    size, digest = 0, sha256()
    async for chunk in response.chunks():
        size += len(chunk)
        digest.update(chunk)
    return {"size": size, "sha256": digest.hexdigest()}


def _reason(response: Response) -> str:
    """HTTP/2 has no reason phrase, and servers write what they like into that of HTTP/1.1."""
    if said := printable(response.reason.encode("utf-8", "surrogateescape"), 60):
        return said
    from http import HTTPStatus

    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return ""
