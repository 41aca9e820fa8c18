"""What may be expected of an operation's answer: no more than the document promises of every good one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.check.init.draft import Expectation, literal, member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.check.init.openapi.document import Document
    from wherry.commands.check.init.openapi.operations import Operation
    from wherry.core.yamltext import Value

_GOOD: Final = re.compile(r"2[0-9][0-9]|2[xX][xX]")
_REDIRECT: Final = re.compile(r"30[12378]")
_JSON: Final = re.compile(r"(?i)application/(?:[\w.+-]+\+)?json")
_MEDIA: Final = re.compile(r"[\w.+-]+/[\w.+-]+")
_MOST_MEMBERS: Final = 10
_LONGEST_NAME: Final = 60
_DEEPEST: Final = 16
# Of one answer so many schemas are looked at: what refers to itself in several places would take for ever.
_MOST_SCHEMAS: Final = 200


def expectations(document: Document, operation: Operation) -> tuple[tuple[Expectation, ...], str]:
    """Conditions for a good answer, and the media type to ask for, empty where it is not for the client to say.

    Raises UsageError for a document that is wrong.
    """
    responses = document.map(operation.content.get("responses"), operation.where)
    good = [code for code in responses if _GOOD.fullmatch(code)]
    redirects = [code for code in responses if _REDIRECT.fullmatch(code)]
    codes = good or redirects
    conditions = [Expectation("status", _status(codes))]
    if len(good) != 1:
        return tuple(conditions), ""
    response = document.map(responses[good[0]], f"{operation.where}.responses.{good[0]}")
    content = document.map(response.get("content"), operation.where)
    media = next((name for name in content if _JSON.fullmatch(name)), "")
    if media:
        conditions.append(Expectation("header.content-type", {"contains": "json"}))
        if operation.method != "HEAD":
            schema = document.map(content[media], operation.where).get("schema")
            names = _Required(document, operation.where).of(schema)
            short = [name for name in names if len(name) <= _LONGEST_NAME]
            conditions += [Expectation(member(name), {"exists": True}) for name in short[:_MOST_MEMBERS]]
    elif len(content) == 1 and _MEDIA.fullmatch(only := next(iter(content))):
        conditions.append(Expectation("header.content-type", {"contains": literal(only.lower())}))
    return tuple(conditions), media if len(content) > 1 else ""


def _status(codes: list[str]) -> Value:
    """``2xx`` where the document does not say, or says just that."""
    if not codes or any(not code.isdecimal() for code in codes):
        return "2xx"
    numbers = sorted(map(int, codes))
    return numbers[0] if len(numbers) == 1 else {"in": numbers}


class _Required:
    """Finds what an object must have by its schema."""

    def __init__(self, document: Document, where: str) -> None:
        self._document = document
        self._where = where
        self._left = _MOST_SCHEMAS

    def of(self, given: object, depth: int = 0) -> list[str]:
        """The names of members that are there whichever way the schema is met, each once, in their order."""
        schema = self._document.resolved(given, self._where)
        self._left -= 1
        if not isinstance(schema, dict) or depth > _DEEPEST or self._left < 0 or not _is_object(schema):
            return []
        properties = self._document.map(schema.get("properties"), self._where)
        names = {
            name: None
            for name in self._document.items(schema.get("required"), self._where)
            if isinstance(name, str) and not self._write_only(properties.get(name))
        }
        for part in self._document.items(schema.get("allOf"), self._where):
            names |= dict.fromkeys(self.of(part, depth + 1))
        for key in ("oneOf", "anyOf"):
            ways = [self.of(way, depth + 1) for way in self._document.items(schema.get(key), self._where)]
            if ways:
                names |= dict.fromkeys(name for name in ways[0] if all(name in way for way in ways))
        return list(names)

    def _write_only(self, given: object) -> bool:
        """Whether it is never part of an answer, even where it is required."""
        schema = self._document.resolved(given, self._where)
        return isinstance(schema, dict) and schema.get("writeOnly") is True


def _is_object(schema: Mapping[str, Any]) -> bool:
    """Whether the value is an object for certain, as far as this schema says; it may be null, say, where it is not."""
    kind = schema.get("type", "object")
    return kind in ("object", ["object"]) and schema.get("nullable") is not True
