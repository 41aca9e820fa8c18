"""What to send for a file, decided from the request's fields and the file's validators alone.

RFC 9110 sections 13 (conditional requests) and 14 (ranges). Nothing here opens, reads or looks at a clock.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wherry.core.httpdate import parse_http_date

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_RANGES: Final = 64
_ETAG: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
_RANGE: Final = re.compile(r"[ \t]*([0-9]*)-([0-9]*)[ \t]*", re.ASCII)
# More digits than any file has bytes; int() refuses very long texts.
_MAX_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Validators:
    """``etag`` as it stands in the field, quotes (and W/) included; ``modified_s`` whole seconds since 1970."""

    etag: str
    modified_s: int

    @property
    def weak(self) -> bool:
        return self.etag.startswith("W/")


@dataclass(frozen=True, slots=True)
class Part:
    """A slice of the file: ``length`` bytes from ``start``."""

    start: int
    length: int

    def content_range(self, size: int) -> str:
        """The Content-Range field of this part."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size}"


@dataclass(frozen=True, slots=True)
class Whole:
    """200: everything."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: what the client has is current."""


@dataclass(frozen=True, slots=True)
class PreconditionFailed:
    """412: the file is not what the client meant."""


@dataclass(frozen=True, slots=True)
class Partial:
    """206: one part, or several as multipart/byteranges."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Unsatisfiable:
    """416: no range asked for touches the file."""


Answer = Whole | NotModified | PreconditionFailed | Partial | Unsatisfiable
WHOLE: Final = Whole()


def decide(
    field: Callable[[str], str | None], validators: Validators, size: int, *, ranges: bool, now_s: float
) -> Answer:
    """The answer to a GET or HEAD, in the order of RFC 9110 section 13.2.2.

    ``field`` gives a request field by its lower-case name (several lines joined by ", ") or None. ``ranges``: whether
    the request may ask for parts: a GET (section 14.2), of a representation of known ``size``. ``now_s`` counts from
    1970.
    """
    if (if_match := field("if-match")) is not None:
        if not _matches(if_match, validators.etag, weakly=False):
            return PreconditionFailed()
    elif _since(field("if-unmodified-since"), validators, now_s) is False:
        return PreconditionFailed()
    if (if_none_match := field("if-none-match")) is not None:
        if _matches(if_none_match, validators.etag, weakly=True):
            return NotModified()
    elif _since(field("if-modified-since"), validators, now_s) is True:
        return NotModified()
    asked = field("range") if ranges else None
    if asked is None or not _range_applies(field("if-range"), validators, now_s):
        return WHOLE
    return _ranges(asked, size)


def _matches(text: str, etag: str, *, weakly: bool) -> bool:
    """If-Match compares strongly, If-None-Match weakly (section 8.8.3.2)."""
    if text.strip() == "*":
        return True
    if not weakly and etag.startswith("W/"):
        return False
    own = etag.removeprefix("W/") if weakly else etag
    return any((one.removeprefix("W/") if weakly else one) == own for one in _ETAG.findall(text))


def _since(text: str | None, validators: Validators, now_s: float) -> bool | None:
    """Whether the file is unchanged since the date; None without a valid date, which is then as if absent."""
    if text is None:
        return None
    date = parse_http_date(text, now_year=_year(now_s))
    return None if date is None else validators.modified_s <= date


def _range_applies(if_range: str | None, validators: Validators, now_s: float) -> bool:
    """Section 13.1.5: strong comparison; a date counts only where it is a strong validator, a second or more old."""
    if if_range is None:
        return True
    if if_range.lstrip().startswith(('"', "W/")):
        return not validators.weak and if_range.strip() == validators.etag
    date = parse_http_date(if_range, now_year=_year(now_s))
    return date == validators.modified_s and now_s - validators.modified_s >= 1


def _year(epoch_s: float) -> int:
    return datetime.fromtimestamp(epoch_s, UTC).year


def _ranges(text: str, size: int) -> Answer:
    """A set that is not valid is ignored, as section 14.2 allows; so is one that asks for more than the whole file.

    The latter, and the bound on their number, keep a request of a few bytes from being answered with the file many
    times over (section 17.15).
    """
    unit, equals, spec = text.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return WHOLE
    pieces = [piece for piece in spec.split(",") if piece.strip(" \t")]
    if not pieces or len(pieces) > MAX_RANGES:
        return WHOLE
    parts: list[Part] = []
    for piece in pieces:
        match = _RANGE.fullmatch(piece)
        if match is None or match.groups() == ("", ""):
            return WHOLE
        first, last = match.groups()
        if first and last and _number(first) > _number(last):
            return WHOLE
        if part := _part(first, last, size):
            parts.append(part)
    if size == 0 or sum(part.length for part in parts) > size:
        return WHOLE
    return Partial(tuple(parts)) if parts else Unsatisfiable()


def _part(first: str, last: str, size: int) -> Part | None:
    if not first:
        length = min(_number(last), size)
        return Part(size - length, length) if length else None
    start = _number(first)
    if start >= size:
        return None
    end = min(_number(last), size - 1) if last else size - 1
    return Part(start, end - start + 1)


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= _MAX_DIGITS else 10**_MAX_DIGITS


def multipart_heads(parts: Sequence[Part], size: int, content_type: str, boundary: str) -> tuple[list[bytes], bytes]:
    """What stands before each part of a multipart/byteranges body, and what ends it (section 14.6)."""
    start = f"\r\n--{boundary}\r\nContent-Type: {content_type}\r\nContent-Range: "
    heads = [f"{start}{part.content_range(size)}\r\n\r\n".encode() for part in parts]
    return heads, f"\r\n--{boundary}--\r\n".encode()
