"""Who has to ask, so that an operation answers. Every secret is an environment variable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.check.init.draft import from_environment, literal
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.check.init.openapi.document import Document
    from wherry.commands.check.init.openapi.operations import Operation
    from wherry.core.yamltext import Value

_NONE: Final[Mapping[str, Any]] = {}
_ABSOLUTE: Final = re.compile(r"https?://[^\s]+")
_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOKEN: Final = re.compile(r"(?i)(token|jwt)$")


class Credentials(Record):
    """What is added to a check; ``known`` is False where the document asks for something that no check can give."""

    auth: Mapping[str, Value] = _NONE
    headers: Mapping[str, str] = _NONE
    query: Mapping[str, str] = _NONE
    known: bool = True


def credentials(document: Document, operation: Operation) -> Credentials:
    """The first of the ways that the document allows, and nothing at all where that is one of them.

    Raises UsageError for a document that is wrong.
    """
    given = operation.content.get("security", document.root.get("security"))
    ways = [document.map(way, operation.where) for way in document.items(given, operation.where)]
    if not ways or any(not way for way in ways):
        return Credentials()
    found = (_together(document, operation, way) for way in ways)
    return next((each for each in found if each.known), Credentials(known=False))


def _together(document: Document, operation: Operation, way: Mapping[str, Any]) -> Credentials:
    """All schemes of one way. Authorization can be said only once."""
    components = document.map(document.root.get("components"), "components")
    schemes = document.map(components.get("securitySchemes"), "components.securitySchemes")
    auth: dict[str, Value] = {}
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    for name, scopes in way.items():
        scheme = document.map(schemes.get(name), f"components.securitySchemes.{name}")
        one = _one(document, name, scheme, [str(scope) for scope in document.items(scopes, operation.where)])
        if not one.known or (auth and one.auth):
            return Credentials(known=False)
        auth |= one.auth
        query |= one.query
        for field, value in one.headers.items():
            headers[field] = f"{headers[field]}; {value}" if field in headers else value
    return Credentials(auth, headers, query)


def _one(document: Document, name: str, scheme: Mapping[str, Any], scopes: list[str]) -> Credentials:
    kind, way = scheme.get("type"), str(scheme.get("scheme", "")).lower()
    if kind == "http" and way == "basic":
        user, password = from_environment(name, "user"), from_environment(name, "password")
        return Credentials({"basic": {"user": user, "password": password}})
    if kind == "apiKey" and isinstance(scheme.get("name"), str):
        return _api_key(scheme["name"], scheme.get("in"))
    if kind == "oauth2":
        flows = document.map(scheme.get("flows"), f"components.securitySchemes.{name}")
        flow = document.map(flows.get("clientCredentials"), f"components.securitySchemes.{name}")
        url = flow.get("tokenUrl")
        if isinstance(url, str) and _ABSOLUTE.fullmatch(url):
            return Credentials({"oauth2": _client(name, url, scopes)})
    if kind in ("oauth2", "openIdConnect") or (kind == "http" and way == "bearer"):
        return Credentials({"bearer": from_environment(*((name,) if _TOKEN.search(name) else (name, "token")))})
    return Credentials(known=kind == "mutualTLS")  # that is the command line's, or a profile's


def _api_key(name: str, place: object) -> Credentials:
    value = from_environment(name)
    if place == "header" and _FIELD_NAME.fullmatch(name):
        return Credentials(headers={name: value})
    if place == "cookie" and _FIELD_NAME.fullmatch(name):
        return Credentials(headers={"Cookie": f"{literal(name)}={value}"})
    return Credentials(query={name: value}, known=place == "query")


def _client(name: str, url: str, scopes: list[str]) -> dict[str, Value]:
    client: dict[str, Value] = {
        "token_url": literal(url),
        "client_id": from_environment(name, "client_id"),
        "client_secret": from_environment(name, "client_secret"),
    }
    if scopes:
        client["scope"] = literal(" ".join(scopes))
    return client
