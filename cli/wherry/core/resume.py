"""What tells whether the rest of a file still fits its beginning (RFC 9110 sections 13.1.5 and 14)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.httpdate import parse_http_date
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

_RANGE: Final = re.compile(r"bytes\s+(?:([0-9]{1,18})-[0-9]{1,18}|\*)/(?:([0-9]{1,18})|\*)", re.ASCII | re.IGNORECASE)


class ContentRange(Record):
    """``start`` is the first byte sent, ``total`` the size of the whole; None where not told."""

    start: int | None = None
    total: int | None = None


def content_range(value: str | None) -> ContentRange:
    """Read a Content-Range field; what has not its form tells nothing."""
    match = _RANGE.fullmatch(value.strip()) if value else None
    if match is None:
        return ContentRange()
    start, total = match.groups()
    return ContentRange(None if start is None else int(start), None if total is None else int(total))


def validator_of(headers: Iterable[tuple[str, str]]) -> str | None:
    """What an If-Range may carry: the strong entity tag, else a Last-Modified that is strong; None without either.

    A date is strong when the response was made at least a second later (section 8.8.2.2): the file cannot have
    changed again within that second.
    """
    fields: dict[str, str] = {}
    for name, value in headers:
        fields.setdefault(name.lower(), value.strip())
    tag = fields.get("etag", "")
    if fields.get("accept-ranges", "").lower() == "none":
        return None
    if re.fullmatch(r'"[^"]*"', tag):
        return tag
    modified = fields.get("last-modified", "")
    made_s, modified_s = (parse_http_date(text, now_year=2000) for text in (fields.get("date", ""), modified))
    return modified if made_s is not None and modified_s is not None and made_s - modified_s >= 1 else None
