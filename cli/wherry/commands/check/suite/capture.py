"""What a check takes out of its answer for the checks that need it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.core.redact import is_secret_header

if TYPE_CHECKING:
    from wherry.commands.check.suite.file import CaptureEntry
    from wherry.core.expect.jsonpath import JsonPath


class Source(StrEnum):
    """Where in the answer the value is."""

    JSON = "json"
    HEADER = "header"
    REGEX = "regex"
    COOKIE = "cookie"


class Capture(Record):
    """One value to take.

    ``part`` is what it is called there: the header's lower-case name, the cookie's name, the expression as written.
    ``path`` is set where ``source`` is JSON. ``pattern`` is set where it is REGEX, compiled by the regex library, to be
    searched in the body (of `exec:` the output) with a time limit: the value is the first group, or the whole match of
    an expression without groups. ``secret``: the value is shown nowhere.
    """

    name: str
    source: Source
    part: str
    secret: bool = False
    path: JsonPath | None = None
    pattern: object = None


def capture_of(name: str, entry: CaptureEntry) -> Capture:
    """What ``entry`` says; secret is what is called like a secret, unless it says otherwise."""
    secret = is_secret_header(name) if entry.secret is None else entry.secret
    if entry.json is not None:
        return Capture(name, Source.JSON, entry.json.path.source, secret, path=entry.json.path)
    if entry.regex is not None:
        return Capture(name, Source.REGEX, entry.regex.pattern.source, secret, pattern=entry.regex.pattern.compiled)
    if entry.header is not None:
        return Capture(name, Source.HEADER, entry.header.lower(), secret)
    return Capture(name, Source.COOKIE, entry.cookie or "", secret)
