"""Dates in HTTP fields, RFC 9110 section 5.6.7, as whole seconds since 1970.

The standard library's parser takes far more than HTTP allows, and a validator read too kindly gives a wrong answer;
``strptime`` depends on the locale.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime
from email.utils import formatdate
from functools import lru_cache
from typing import Final

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1
    )
}
_MONTH: Final = r"(?P<month>[A-Z][a-z][a-z])"
_TIME: Final = r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)"
_FORMS: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?P<day>\d\d) {_MONTH} (?P<year>\d{{4}}) {_TIME} GMT",
        rf"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?P<day>\d\d)-{_MONTH}-(?P<year>\d\d) {_TIME} GMT",
        rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) {_MONTH} (?P<day>[ \d]\d) {_TIME} (?P<year>\d{{4}})",
    )
)


def http_date(epoch_s: float) -> str:
    """An IMF-fixdate, such as ``Sun, 06 Nov 1994 08:49:37 GMT``; a fraction of a second is dropped."""
    return _imf_fixdate(int(epoch_s // 1))


@lru_cache(maxsize=256)
def _imf_fixdate(epoch_s: int) -> str:
    return formatdate(epoch_s, usegmt=True)


def parse_http_date(text: str, *, now_year: int) -> int | None:
    """Seconds since 1970 for any of HTTP's three date forms; None for anything else.

    ``now_year`` decides the century of the obsolete two-digit form: more than 50 years ahead is the past.
    """
    for form in _FORMS:
        if match := form.fullmatch(text.strip(" \t")):
            year, month = int(match["year"]), _MONTHS.get(match["month"], 0)
            if len(match["year"]) == 2:
                year += now_year // 100 * 100
                year -= 100 if year > now_year + 50 else 0
            try:
                # A leap second is valid in a date; datetime knows none.
                second = 59 if match["second"] == "60" else int(match["second"])
                clock = (int(match["hour"]), int(match["minute"]), second)
                moment = datetime(year, month, int(match["day"]), *clock, tzinfo=UTC)
            except ValueError:
                return None
            return timegm(moment.utctimetuple())
    return None
