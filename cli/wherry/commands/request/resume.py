"""What tells whether the rest of a file still fits its beginning (RFC 9110 sections 13.1.5 and 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_RANGE: Final = re.compile(r"bytes\s+(?:([0-9]{1,18})-[0-9]{1,18}|\*)/(?:([0-9]{1,18})|\*)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ContentRange:
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
    try:
        age_s = (parsedate_to_datetime(fields.get("date", "")) - parsedate_to_datetime(modified)).total_seconds()
    except (ValueError, TypeError):
        return None
    return modified if age_s >= 1 else None
