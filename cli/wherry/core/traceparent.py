"""The ``traceparent`` header: W3C Trace Context, https://www.w3.org/TR/trace-context/#traceparent-header."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.late import late_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

# A version after 00 may append fields behind a dash; ff is not a version.
_TRACEPARENT: Final = late_pattern(r"(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_SAMPLED: Final = 0x01


def next_traceparent(parent: str | None, random_bytes: Callable[[int], bytes]) -> str:
    """The header of one outgoing request: a new span in ``parent``'s trace, or a new trace.

    An invalid ``parent`` starts a new trace, as the specification demands. ``random_bytes(n)`` returns n bytes.
    A new trace is marked as sampled: whoever adds the header wants to find the request in their tracing again.
    """
    trace_id, flags = _continued(parent) or (_identifier(16, random_bytes), _SAMPLED)
    return f"00-{trace_id}-{_identifier(8, random_bytes)}-{flags:02x}"


def _continued(parent: str | None) -> tuple[str, int] | None:
    """Trace id and flags of a valid ``parent``; of the flags, those that version 00 defines."""
    match = _TRACEPARENT.fullmatch(parent.strip()) if parent else None
    if match is None:
        return None
    version, trace_id, span_id, flags, more = match.groups()
    if (version == "00" and more) or not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return trace_id, int(flags, 16) & _SAMPLED


def _identifier(count: int, random_bytes: Callable[[int], bytes]) -> str:
    """``count`` random bytes in hexadecimal; all zeros is not an identifier."""
    text = random_bytes(count).hex()
    return text if text.strip("0") else text[:-1] + "1"
