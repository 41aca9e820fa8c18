"""What a forge says went wrong. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST: Final = 400
_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")


def complaint(body: bytes) -> str:
    """The forge's own words in one line of at most 400 characters, empty where ``body`` is not JSON that has any.

    GitHub writes ``message`` and ``errors`` of objects with ``code`` and ``field``, GitLab ``message`` (a text, a list
    or lists by field) or ``error`` and ``error_description``, Gitea ``message`` and ``errors`` of texts.
    """
    document = _document(body)
    if not document:
        return ""
    said: list[str] = []
    for key in ("message", "error", "error_description", "errors"):
        said += (words for words in _words(document.get(key)) if words not in said)
    line = _UNSEEN.sub(" ", ": ".join(said)).strip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def codes(body: bytes) -> frozenset[str]:
    """The ``code`` of each of GitHub's ``errors``, such as ``already_exists``."""
    errors = _document(body).get("errors")
    found = (error.get("code") for error in errors if isinstance(error, dict)) if isinstance(errors, list) else ()
    return frozenset(code for code in found if isinstance(code, str))


def _document(body: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return document if isinstance(document, dict) else {}


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        if isinstance(value.get("code"), str):
            yield _of_code(value)
        else:
            for key, each in value.items():
                yield from (f"{key} {words}" for words in _words(each))


def _of_code(error: dict[str, Any]) -> str:
    """GitHub's ``{"resource": "Release", "code": "already_exists", "field": "tag_name"}``; custom ones say more."""
    field, message = error.get("field"), error.get("message")
    words = str(message) if error["code"] == "custom" and message else str(error["code"])
    return f"{words} ({field})" if field else words
