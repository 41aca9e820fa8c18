"""Quantities as people write them: durations, sizes and rates.

Durations follow Go's time.ParseDuration (https://pkg.go.dev/time#ParseDuration) with
days added, and a bare number is seconds. Sizes know SI (kB, MB: powers of 1000) and
IEC units (KiB, MiB: powers of 1024). Rates are a count per unit of time.
All return plain numbers: seconds, bytes, per second. All raise :class:`QuantityError`
whose text shows what is accepted.
"""

from __future__ import annotations

import math
from typing import Final

from wherry.core.late import late_pattern


class QuantityError(ValueError):
    """A text that is no quantity; the message says what one looks like."""


_SECONDS: Final = {
    "ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3,
    "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0,
}  # fmt: skip
_BYTES: Final = {
    "": 1, "b": 1,
    "k": 1000, "kb": 1000, "m": 1000**2, "mb": 1000**2, "g": 1000**3, "gb": 1000**3, "t": 1000**4, "tb": 1000**4,
    "ki": 1024, "kib": 1024, "mi": 1024**2, "mib": 1024**2, "gi": 1024**3, "gib": 1024**3, "ti": 1024**4,
    "tib": 1024**4,
}  # fmt: skip
_NUMBER: Final = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_PART: Final = late_pattern(rf"({_NUMBER})(ns|us|µs|μs|ms|s|m|h|d)")
_BARE: Final = late_pattern(_NUMBER)
_SIZE: Final = late_pattern(rf"({_NUMBER})\s*([A-Za-z]*)")
_MAX_DURATION_S: Final = 100 * 365 * 86400.0


def duration(text: str) -> float:
    """Seconds in ``text``: ``250ms``, ``1m30s``, ``1.5h``, ``14d``; a bare number is seconds.

    Raises QuantityError for anything else, for a sign, and beyond 100 years.
    """
    text = text.strip()
    if _BARE.fullmatch(text):
        seconds = float(text)
    else:
        parts = list(_PART.finditer(text))
        if not parts or "".join(p.group() for p in parts) != text:
            raise QuantityError(f"{text!r} is not a duration; write it like 250ms, 30s, 1m30s, 2h or 14d")
        seconds = sum(float(p.group(1)) * _SECONDS[p.group(2)] for p in parts)
    if seconds > _MAX_DURATION_S:
        raise QuantityError(f"{text!r} is longer than 100 years")
    return seconds


def size(text: str) -> int:
    """Bytes in ``text``: ``512``, ``64KiB``, ``10MiB``, ``5MB``. A fraction is rounded down to whole bytes."""
    match = _SIZE.fullmatch(text.strip())
    if match is None or match.group(2).lower() not in _BYTES:
        raise QuantityError(f"{text!r} is not a size; write it like 512, 64KiB, 10MiB or 5MB")
    number, factor = match.group(1), _BYTES[match.group(2).lower()]
    total: float = float(number) * factor
    if total < 2**63:
        # Whole numbers stay exact: a float loses bytes above 2**53.
        total = int(number) * factor if number.isdecimal() else int(total)
    if total >= 2**63:
        raise QuantityError(f"{text if len(text) < 40 else text[:39] + '…'!r} is more than 8 EiB")
    return int(total)


def rate(text: str) -> float:
    """Events per second in ``text``: ``100/s``, ``1500/m``, ``1/250ms``; a bare number is per second."""
    count, slash, unit = text.strip().partition("/")
    per_s = 1.0
    try:
        if not _BARE.fullmatch(count) or (slash and not unit):
            raise QuantityError
        if slash:
            per_s = duration(unit) if unit[0] in "0123456789." else _SECONDS[unit]
        result = float(count) / per_s
        if not math.isfinite(result):
            raise QuantityError
    except (QuantityError, KeyError, ZeroDivisionError):
        raise QuantityError(f"{text!r} is not a rate; write it like 100/s, 1500/m or 10/250ms") from None
    return result


def format_duration(seconds: float) -> str:
    """A duration for people, three digits at most: ``0s``, ``850µs``, ``12.3ms``, ``4.21s``, ``1m30s``, ``14d``."""
    if seconds < 0:
        return "-" + format_duration(-seconds)
    if seconds == 0:
        return "0s"
    for factor, unit in ((1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1.0, "s")):
        value = float(f"{seconds / factor:.3g}")
        if value < (60 if unit == "s" else 1000):
            return f"{value:g}{unit}"
    whole = round(seconds)
    parts = []
    for length, unit in ((86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        count, whole = divmod(whole, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts[:2])


def format_size(count: int) -> str:
    """A size for people: ``0 B``, ``512 B``, ``1.5 KiB``, ``10 MiB``; three digits, four below the next unit."""
    if count < 1024:
        return f"{count} B"
    value, power = count / 1024, 0
    while value >= 1023.5 and power < 3:  # what rounds to 1024 belongs to the next unit
        value, power = value / 1024, power + 1
    digits = ".3g" if value < 999.5 else ".0f"
    return f"{value:{digits}} {'KMGT'[power]}iB"
