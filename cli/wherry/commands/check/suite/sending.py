"""From the keys of a check that are for HTTP to the request."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus, urlencode

import msgspec

from wherry.commands.check.suite.addressing import pairs
from wherry.commands.check.suite.order import settled
from wherry.commands.check.suite.requestline import hidden_text, shown_data
from wherry.core.call import HttpCall
from wherry.core.late import late_pattern
from wherry.core.redact import is_secret_header
from wherry.core.redirect import origin
from wherry.core.template import secrets_in, shown
from wherry.core.yaml import Entries, Scalar, plain

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.commands.check.suite.authorizing import Authorization
    from wherry.commands.check.suite.order import Order, Stock
    from wherry.core.credential import Credential
    from wherry.core.target import Target
    from wherry.core.template import Names, Note
    from wherry.core.yaml import Node

# RFC 9110 section 5.6.2.
_TOKEN: Final = late_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Their place in the message is wherry's to decide.
_FRAMING: Final = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer"}
)
_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"


class Sending(msgspec.Struct, frozen=True):
    """``options`` are those of `wherry request` that send the same; they may be shown, ``secrets`` may not."""

    call: HttpCall
    credential: Credential | None = None
    options: tuple[tuple[str, str], ...] = ()
    secrets: tuple[str, ...] = ()


GET: Final = Sending(HttpCall())


class _Content(msgspec.Struct, frozen=True):
    """A body, the Content-Type that it has by itself, and how `wherry request` is told of it."""

    data: bytes
    type: str | None
    options: tuple[tuple[str, str], ...]
    secrets: tuple[str, ...] = ()


def sending_of(order: Order, target: Target, stock: Stock, way: Names | None, note: Note) -> Sending:
    """The request to ``target``, which is of the kind http."""
    profile = order.profile
    if not (order.written or order.headers or order.auth or profile.headers or profile.credential):
        return GET
    plain_get = way is None and not (order.written or order.auth or profile.headers or profile.credential)
    if plain_get and (shared := stock.inherited.get(id(order.headers))) is not None:
        return shared
    fields: dict[str, tuple[str, str]] = {}
    options: list[tuple[str, str]] = []
    secrets: list[str] = []
    trusted = (bool(profile.base_url) and origin(profile.base_url) == origin(target.url)) or not profile.base_url
    for name, text in profile.headers.items():
        if trusted or not is_secret_header(name):
            fields[name.lower()] = (name, text)
            secrets += [text] if is_secret_header(name) else []
    for lower, (name, node) in order.headers.items():
        value = _header(lower, name, node, way, note)
        if value is None:
            continue
        fields[lower] = (name, value.text)
        secrets += [value.text] if is_secret_header(name) else secrets_in(value)
        options.append(("-H", f"{name}: {hidden_text(value) if is_secret_header(name) else shown(value)}"))
    credential = None
    authorization = _authorization(order, stock, way, note)
    if authorization is not None:
        if "authorization" in order.headers:
            note(order.written.get("auth", order.url), "auth and a header Authorization exclude each other")
        if target.user or target.password is not None:
            note(order.written.get("auth", order.url), "auth and a user in the url exclude each other")
        options += authorization.options
        secrets += authorization.secrets
        credential = authorization.credential
        if authorization.header:
            fields["authorization"] = ("Authorization", authorization.header)
    elif trusted and not ({"authorization"} & order.headers.keys() or {"auth"} & order.written.keys() or target.user):
        credential = profile.credential
    content = _content(order, stock, way, note)
    if content is not None:
        options += content.options
        secrets += content.secrets
        if content.type is not None and "content-type" not in fields:
            fields["content-type"] = ("Content-Type", content.type)
    call = HttpCall(_method(order, content), tuple(fields.values()), None if content is None else content.data)
    sending = Sending(call, credential, tuple(options), tuple(secrets))
    if plain_get:
        stock.inherited[id(order.headers)] = sending
    return sending


def _authorization(order: Order, stock: Stock, way: Names | None, note: Note) -> Authorization | None:
    """Who asks; nobody where something was noted."""
    if order.auth is None:
        return None
    from wherry.commands.check.suite.authorizing import authorization_of  # most checks need none

    return authorization_of(order.auth, order, stock, way, note)


def _method(order: Order, content: _Content | None) -> str:
    if order.method is None:
        return "GET" if content is None else "POST"
    # Methods are case-sensitive (RFC 9110 section 9.1), but nobody means another one by "get".
    return order.method.upper() if order.method.islower() else order.method


def _header(lower: str, name: str, node: Scalar, way: Names | None, note: Note) -> Scalar | None:
    if not _TOKEN.fullmatch(name):
        note(node, f"{name!r} is not the name of a header")
    elif lower in _FRAMING:
        note(node, f"the header {name} is set by wherry itself")
    else:
        value = settled(node, way, note)
        if not isinstance(value, Scalar) or value.value is None:
            note(node, f"the header {name} is text")
        elif any(c in value.text for c in "\r\n\0"):
            note(node, f"the value of the header {name} contains a line break or NUL")
        else:
            return value
    return None


def _content(order: Order, stock: Stock, way: Names | None, note: Note) -> _Content | None:
    named = [key for key in ("json", "form", "body") if key in order.written]
    if len(named) > 1:
        note(order.written[named[1]], f"{' and '.join(named)} exclude each other: a request has one body")
        return None
    if order.json is not None:
        return _json(settled(order.json, way, note), note)
    if order.form is not None:
        fields = {name: settled(value, way, note) for name, value in order.form.items()}
        data = urlencode(list(pairs(fields, lambda value: value.text)), quote_via=quote_plus, errors="surrogateescape")
        options = tuple(
            ("--form", f"{name}={text}")
            for key, value in fields.items()
            for name, text in pairs({key: value}, hidden_text if is_secret_header(key) else shown)
        )
        secrets = [text for name, text in pairs(fields, lambda value: value.text) if is_secret_header(name)]
        for value in fields.values():
            secrets += secrets_in(value)
        return _Content(data.encode("utf-8", "surrogateescape"), _FORM, options, tuple(secrets))
    if isinstance(order.body, Entries):
        return _file(order.folder, order.body.values["file"], stock, note)
    if order.body is not None:
        text = settled(order.body, way, note)
        if not isinstance(text, Scalar):
            note(order.body, "a body is text; what is to be sent as JSON stands under json")
            return None
        said = shown(text)
        options = (("--data", f"@{said}" if said.startswith("@") else said),)
        return _Content(text.text.encode("utf-8", "surrogateescape"), None, options, tuple(secrets_in(text)))
    return None


def _json(node: Node, note: Note) -> _Content | None:
    import json

    value = plain(node)
    if _has_no_json(value):
        note(node, "JSON has no infinity and no NaN")
        return None
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    said = json.dumps(shown_data(node), ensure_ascii=False, separators=(",", ":"))
    secrets = (*secrets_in(node), *_named_secrets(node))
    return _Content(text.encode("utf-8", "surrogateescape"), _JSON, (("--json", said),), secrets)


def _has_no_json(value: object) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    if isinstance(value, dict):
        return any(map(_has_no_json, value.values()))
    return isinstance(value, list) and any(map(_has_no_json, value))


def _named_secrets(node: Node, name: str = "") -> list[str]:
    """The texts that stand under a name such as password."""
    if isinstance(node, Scalar):
        return [node.text] if name and isinstance(node.value, str) and is_secret_header(name) else []
    if isinstance(node, Entries):
        return [text for key, value in node.values.items() for text in _named_secrets(value, key)]
    return [text for item in node.items for text in _named_secrets(item, name)]


def _file(folder: Path, node: Node, stock: Stock, note: Note) -> _Content | None:
    import mimetypes

    assert isinstance(node, Scalar)
    path = folder / node.text
    try:
        data = stock.file(path)
    except (OSError, ValueError) as exc:
        note(node, f"reading the file {shown(node)}: {getattr(exc, 'strerror', None) or exc}")
        return None
    # Python's own table, not the machine's: the same file is the same type everywhere.
    kind = mimetypes.MimeTypes().guess_type(node.text)[0]
    return _Content(data, kind, (("--data", f"@{path}"),))
