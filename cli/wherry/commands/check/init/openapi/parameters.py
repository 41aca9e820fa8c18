"""What has to be sent with an operation: required parameters, with values that the document gives."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from wherry.commands.check.init.draft import from_environment, literal
from wherry.core.record import Record
from wherry.core.redact import is_secret_header, is_secret_parameter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.commands.check.init.openapi.document import Document
    from wherry.commands.check.init.openapi.operations import Operation
    from wherry.core.yamltext import Value

_TEMPLATE: Final = re.compile(r"\{([^{}]+)\}")
# "If in is header and the name is Accept, Content-Type or Authorization, the parameter definition shall be ignored."
_IGNORED: Final = frozenset({"accept", "content-type", "authorization"})
_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DEEPEST: Final = 8
# What may stand in a path, "%" for what is encoded already, and "?": some documents have a query there.
_URL_SAFE: Final = "/%!$&'()*+,:;=?@~"


class Lacking(Exception):
    """A required parameter without a value; the message is its name."""


class Sent(Record):
    """What a call needs: the path, and texts as a draft has them."""

    path: str
    query: Mapping[str, Value]
    headers: Mapping[str, str]


def sent(document: Document, operation: Operation) -> Sent:
    """What ``operation`` has to be called with. Raises Lacking, and UsageError for a document that is wrong."""
    path: dict[str, str] = {}
    query: dict[str, Value] = {}
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for parameter in _required(document, operation):
        name, place = parameter["name"], parameter.get("in")
        if place in ("header", "cookie") and not _FIELD_NAME.fullmatch(name):
            raise Lacking(name)
        if place == "path":
            path[name] = quote(_text(_found(document, operation, parameter), name), safe="")
        elif place == "query":
            query[name] = (
                from_environment(name) if is_secret_parameter(name) else _query(document, operation, parameter)
            )
        elif place == "header" and name.lower() not in _IGNORED:
            headers[name] = (
                from_environment(name) if is_secret_header(name) else _header(document, operation, parameter)
            )
        elif place == "cookie":
            cookies.append(f"{literal(name)}={from_environment(name)}")
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    return Sent(_filled(operation.path, path), query, headers)


def _filled(template: str, values: Mapping[str, str]) -> str:
    pieces, end = [], 0
    for match in _TEMPLATE.finditer(template):
        if match[1] not in values:
            raise Lacking(match[1])
        pieces += [quote(template[end : match.start()], safe=_URL_SAFE), values[match[1]]]
        end = match.end()
    return "".join([*pieces, quote(template[end:], safe=_URL_SAFE)])


def _required(document: Document, operation: Operation) -> Iterator[Mapping[str, Any]]:
    """Those that must be sent; what the operation says of one beats what its path says."""
    found: dict[tuple[object, object], Mapping[str, Any]] = {}
    for source in (operation.item, operation.content):
        for given in document.items(source.get("parameters"), operation.where):
            parameter = document.map(given, operation.where)
            found[parameter.get("name"), parameter.get("in")] = parameter
    for parameter in found.values():
        if isinstance(parameter.get("name"), str) and (
            parameter.get("required") is True or parameter.get("in") == "path"
        ):
            yield parameter


def _found(document: Document, operation: Operation, parameter: Mapping[str, Any]) -> object:
    """The value that the document gives. Raises Lacking."""
    value = parameter.get("example")
    if value is None:
        for given in document.map(parameter.get("examples"), operation.where).values():
            value = document.map(given, operation.where).get("value")
            break
    if value is None:
        value = _of_schema(document, parameter.get("schema"), operation.where, 0)
    if value is None:
        raise Lacking(parameter["name"])
    return value


def _of_schema(document: Document, given: object, where: str, depth: int) -> object:
    schema = document.resolved(given, where)
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    for key in ("example", "default", "const"):
        if schema.get(key) is not None:
            return schema[key]
    for key in ("examples", "enum"):
        if isinstance(schema.get(key), list) and schema[key]:
            return schema[key][0]
    for part in document.items(schema.get("allOf"), where):
        value = _of_schema(document, part, where, depth + 1)
        if value is not None:
            return value
    return None


def _query(document: Document, operation: Operation, parameter: Mapping[str, Any]) -> Value:
    """A list is one field for each item, as is the default; other styles are not spoken."""
    value = _found(document, operation, parameter)
    if parameter.get("style", "form") != "form" or "content" in parameter:
        raise Lacking(parameter["name"])
    if isinstance(value, list):
        texts = [_text(item, parameter["name"]) for item in value]
        return [literal(text) for text in texts] if parameter.get("explode", True) else literal(",".join(texts))
    if isinstance(value, (bool, int, float)):
        return value
    return literal(_text(value, parameter["name"]))


def _header(document: Document, operation: Operation, parameter: Mapping[str, Any]) -> str:
    value = _text(_found(document, operation, parameter), parameter["name"])
    if not value.isprintable():
        raise Lacking(parameter["name"])
    return literal(value)


def _text(value: object, name: str) -> str:
    """A single value as it stands in a URL or a header. Raises Lacking for any other, and for nothing at all."""
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, str) and value and "\0" not in value:
        return value
    raise Lacking(name)
