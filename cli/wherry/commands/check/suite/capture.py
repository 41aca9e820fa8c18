"""What a check takes out of its answer for the checks that need it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
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
