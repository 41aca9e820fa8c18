"""What `--rate` says."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final, NamedTuple

from wherry.core import quantity

# A nanosecond has to be less than the time between two requests, with room to spare.
_MOST_PER_S: Final = 10_000_000
_LONGEST: Final = 2000
_FORMS: Final = "write it like 500/s, 1500/m, 100/s:1000/s (a ramp) or 30s@50/s,1m@200/s (stages)"
_NUMBER: Final = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")


class RateError(ValueError):
    """A text that is no rate, or one that does not fit the run; the message says what would."""


class Stretch(NamedTuple):
    """A rate (per second) that goes evenly from ``begin`` to ``end`` in ``for_s`` seconds; None: all of the run."""

    begin: Fraction
    end: Fraction
    for_s: Fraction | None = None


class Rate(NamedTuple):
    """Stretches, one after the other. ``text`` is as it was written, for the plan and for people."""

    text: str
    stretches: tuple[Stretch, ...]

    @property
    def duration_s(self) -> float | None:
        """How long the stages last together; None where the run's duration is given elsewhere."""
        lengths = [stretch.for_s for stretch in self.stretches]
        return None if None in lengths else float(sum(length for length in lengths if length is not None))


def parse_rate(text: str) -> Rate:
    """``500/s``, ``1500/m``, ``500`` (per second); ``100/s:1000/s``, a ramp over all of the run; ``30s@50/s,1m@200/s``,
    stages, each of which may be a ramp: ``30s@50/s:200/s``.

    Decimal numbers are taken exactly. Raises RateError for all else, for a rate that is nothing all the time, and
    beyond 10 million a second.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        raise RateError(f"{text[:20] + '…'!r} is too long for a rate")
    stretches = tuple(_stretch(each.strip(), text) for each in text.split(","))
    if len(stretches) > 1 and any(stretch.for_s is None for stretch in stretches):
        raise RateError(f"{text!r}: each of several stages says how long it lasts, as in 30s@50/s")
    if not any(stretch.begin or stretch.end for stretch in stretches):
        raise RateError(f"{text!r} sends nothing; without --rate, a request is sent when an answer has come")
    return Rate(text, stretches)


def _stretch(text: str, whole: str) -> Stretch:
    length, at, rates = text.rpartition("@")
    begin, colon, end = (each.strip() for each in rates.partition(":"))
    for_s = _seconds(length.strip(), whole) if at else None
    return Stretch(_per_s(begin, whole), _per_s(end if colon else begin, whole), for_s)


def _seconds(text: str, whole: str) -> Fraction:
    try:
        seconds = Fraction(repr(quantity.duration(text)))
    except quantity.QuantityError as exc:
        raise RateError(_in(whole, str(exc))) from None
    if not seconds:
        raise RateError(_in(whole, "a stage that lasts no time"))
    return seconds


def _per_s(text: str, whole: str) -> Fraction:
    count, slash, unit = (each.strip() for each in text.partition("/"))
    # A unit alone is one of it: 1500/m.
    unit = f"1{unit}" if slash and unit and not _NUMBER.match(unit) else unit
    try:
        per_s = Fraction(repr(quantity.duration(unit))) if slash else Fraction(1)
    except quantity.QuantityError:
        per_s = Fraction(0)
    if not _NUMBER.fullmatch(count) or not per_s:
        raise RateError(_in(whole, f"{text!r} is not a rate; {_FORMS}"))
    # Fraction takes no number that ends in a point.
    rate = Fraction(count.rstrip(".")) / per_s
    if rate > _MOST_PER_S:
        raise RateError(_in(whole, f"{text!r} is more than {_MOST_PER_S:,} a second"))
    return rate


def _in(whole: str, words: str) -> str:
    return words if repr(whole) in words else f"{whole!r}: {words}"
