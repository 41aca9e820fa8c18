"""What a server says about how much may still be asked of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBER: Final = re.compile(r"[0-9]{1,15}(?:\.[0-9]+)?", re.ASCII)
# draft-ietf-httpapi-ratelimit-headers: `"name";r=0;t=30`; up to its version 7: `limit=100, remaining=0, reset=30`.
_LEFT: Final = re.compile(r"(?:;\s*r|\bremaining)\s*=\s*([0-9]{1,15})", re.ASCII)
_UNTIL: Final = re.compile(r"(?:;\s*t|\breset)\s*=\s*([0-9]{1,15})", re.ASCII)
_PREFIXES: Final = ("ratelimit-", "x-ratelimit-", "x-rate-limit-")
# No server counts so many seconds from now: such a reset is an instant since 1970, as GitHub sends it.
_EPOCH_FROM_S: Final = 1e9


class RateLimit(Record):
    """``remaining`` requests may be made within ``reset_s`` seconds from now."""

    remaining: int
    reset_s: float


def read_rate_limit(headers: Iterable[tuple[str, str]], now_epoch_s: float) -> RateLimit | None:
    """The tightest limit that the header fields tell, None where they tell none."""
    fields: dict[str, str] = {}
    found: list[RateLimit] = []
    for name, value in headers:
        name = name.lower()
        if name == "ratelimit":
            found += _members(value)
        elif name.startswith(_PREFIXES):
            fields.setdefault(name, value.strip())
    for prefix in _PREFIXES:
        remaining, reset = fields.get(prefix + "remaining", ""), fields.get(prefix + "reset", "")
        if _NUMBER.fullmatch(remaining) and _NUMBER.fullmatch(reset):
            seconds = float(reset)
            if seconds >= _EPOCH_FROM_S:
                seconds = max(0.0, seconds - now_epoch_s)
            found.append(RateLimit(int(float(remaining)), seconds))
    return min(found, key=lambda limit: (limit.remaining, -limit.reset_s), default=None)


def _members(value: str) -> list[RateLimit]:
    """The limits in one RateLimit field; a comma separates policies, but also the parts of the old form."""
    parts = [value] if "remaining" in value else value.split(",")
    pairs = [(_LEFT.search(part), _UNTIL.search(part)) for part in parts]
    return [RateLimit(int(left.group(1)), float(until.group(1))) for left, until in pairs if left and until]
