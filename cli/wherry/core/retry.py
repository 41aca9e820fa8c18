"""Which failed requests may be sent again, and when."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from wherry.core.backoff import full_jitter
from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable

# RFC 9110 section 9.2.2.
IDEMPOTENT_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
_LONGEST_S: Final = 100 * 365 * 86400.0
RETRYABLE_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class RetryPolicy(Record):
    """``retries`` attempts may follow the first; the waits are full jitter from ``base_s`` doubling to ``cap_s``."""

    retries: int = 0
    base_s: float = 0.5
    cap_s: float = 30.0

    def wait(self, attempt: int, asked_s: float | None, random: Callable[[], float]) -> float:
        """Seconds to wait after the failed ``attempt`` (from 1); at least what the server asked for."""
        return max(asked_s or 0.0, full_jitter(attempt, base_s=self.base_s, cap_s=self.cap_s, random=random))


def repeatable(method: str, headers: frozenset[str]) -> bool:
    """Whether sending the same request twice is safe: an idempotent method, or an Idempotency-Key.

    ``headers`` are lower-case field names.
    """
    return method.upper() in IDEMPOTENT_METHODS or "idempotency-key" in headers


def retry_after(value: str, now_epoch_s: float) -> float | None:
    """Seconds asked for by a Retry-After field (RFC 9110 section 10.2.3): a number or an HTTP date; None if neither.

    A hundred years is the most: what follows reckons with it, and may not meet infinity.
    """
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return min(float(value), _LONGEST_S)
    from email.utils import parsedate_to_datetime  # 10 ms to load, for a rare field

    try:
        date = parsedate_to_datetime(value)
        if date.tzinfo is None:  # the asctime form names no zone; HTTP's dates are all in UTC
            date = date.replace(tzinfo=UTC)
        return min(max(0.0, date.timestamp() - now_epoch_s), _LONGEST_S)
    except (ValueError, OverflowError, TypeError):
        return None
