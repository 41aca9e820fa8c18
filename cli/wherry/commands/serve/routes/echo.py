"""What was sent, sent back."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wherry.commands.serve import reply
from wherry.commands.serve.routes.parameters import Parameters, pairs
from wherry.net.h1.refused import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from wherry.net.h1.exchange import Exchange
    from wherry.net.h1.head import RequestHead

    Answer = Callable[[Exchange, str], None]

_OK: Final = b"ok\n"
SAMPLE: Final[dict[str, Any]] = {
    "ship": {"name": "Wherry", "kind": "river boat", "crew": 2, "cargo": ["grain", "coal"], "afloat": True},
    "stops": [{"name": "Reedham", "km": 0}, {"name": "Acle", "km": 14.5}, {"name": "Norwich", "km": 32}],
    "owner": None,
}


def ok(exchange: Exchange, _rest: str) -> None:
    """The least work that is still an answer."""
    exchange.respond(200, reply.TEXT, _OK)


def echo(limit: int) -> Answer:
    """The request as JSON; bodies up to ``limit`` bytes."""

    def answer(exchange: Exchange, _rest: str) -> None:
        if exchange.request.framing.length == 0:
            reply.json(exchange, _document(exchange, b""))
        else:
            exchange.spawn(with_body(exchange))

    async def with_body(exchange: Exchange) -> None:
        reply.json(exchange, _document(exchange, await exchange.read_body(limit)))

    return answer


def _document(exchange: Exchange, body: bytes) -> dict[str, Any]:
    request = exchange.request
    document: dict[str, Any] = {
        "method": request.method,
        "path": request.path,
        "query": _query(request.query) if request.query else {},
        "headers": _headers(request),
        "body": "",
        "remote": exchange.peer,
        "scheme": exchange.scheme,
        "version": request.version,
    }
    if body:
        try:
            document["body"] = body.decode()
        except UnicodeDecodeError:
            document["body"] = None
            document["body_base64"] = base64.b64encode(body).decode()
    return document


def _headers(request: RequestHead) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in request.headers:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        fields[key] = f"{fields[key]}, {text}" if key in fields else text
    return fields


def _query(query: str) -> dict[str, str | list[str]]:
    """A name that is given once has a text, one given more often a list."""
    found: dict[str, list[str]] = {}
    for name, value in pairs(query):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def headers(exchange: Exchange, _rest: str) -> None:
    """The request's fields as JSON; each parameter of the query becomes a field of the answer."""
    fields = tuple((name, value) for name, value in pairs(exchange.request.query))
    own = () if any(name.lower() == "content-type" for name, _ in fields) else reply.JSON
    body = msgspec.json.encode(_headers(exchange.request)) + b"\n"
    reply.checked(exchange, 200, own + fields, body)


def json(limit: int) -> Answer:
    """A posted document back, formatted anew; a sample document when none is posted."""

    def answer(exchange: Exchange, _rest: str) -> None:
        if exchange.request.framing.length == 0:
            if exchange.request.method not in ("GET", "HEAD"):
                raise Refused(400, "the body is empty; send a JSON document")
            reply.json(exchange, SAMPLE)
        else:
            exchange.spawn(with_body(exchange))

    async def with_body(exchange: Exchange) -> None:
        try:
            reply.json(exchange, msgspec.json.decode(await exchange.read_body(limit)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as exc:
            raise Refused(400, f"the body is not JSON: {exc}") from None

    return answer


def cookies(exchange: Exchange, rest: str) -> None:
    """``/cookies`` shows those sent, ``/cookies/set?a=b`` sets, ``/cookies/delete?a`` expires."""
    sent = _cookies(exchange.request.header("cookie") or "")
    given = pairs(exchange.request.query)
    if rest == "":
        Parameters.read(exchange.request.query)
        reply.json(exchange, {"cookies": sent})
        return
    if rest not in ("set", "delete"):
        raise Refused(404, "cookies can be shown, set and deleted: /cookies, /cookies/set?a=b, /cookies/delete?a")
    if not given:
        raise Refused(400, f"no cookie is named; write /cookies/{rest}?name{'=value' if rest == 'set' else ''}")
    end = "; Path=/" if rest == "set" else "; Path=/; Max-Age=0"
    for name, value in given:
        if not name or any(c in name + value for c in '"(),/:;<=>?@[\\]{} \t') or not (name + value).isascii():
            raise Refused(400, f"{name}={value} is not a cookie (RFC 6265 section 4.1.1)")
    fields = tuple(
        ("set-cookie", f"{name}={value}{end}" if rest == "set" else f"{name}={end}") for name, value in given
    )
    body = msgspec.json.encode({rest: dict(given) if rest == "set" else [name for name, _ in given]}) + b"\n"
    reply.checked(exchange, 200, reply.JSON + fields, body)


def _cookies(field: str) -> dict[str, str]:
    parts = (part.partition("=") for part in field.split(";"))
    return {name.strip(): value.strip() for name, equals, value in parts if equals and name.strip()}
