from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.httpdate import http_date, parse_http_date

EXAMPLE = 784111777  # Sun, 06 Nov 1994 08:49:37 GMT, RFC 9110 section 5.6.7


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("Sun, 06 Nov 1994 08:49:37 GMT", EXAMPLE, id="imf-fixdate"),
        pytest.param("Sunday, 06-Nov-94 08:49:37 GMT", EXAMPLE, id="rfc-850"),
        pytest.param("Sun Nov  6 08:49:37 1994", EXAMPLE, id="asctime"),
        pytest.param(" Sun, 06 Nov 1994 08:49:37 GMT\t", EXAMPLE, id="whitespace around"),
        pytest.param("Friday, 01-Jan-70 00:00:00 GMT", 3155760000, id="two digits less than 50 years ahead"),
        pytest.param("Sunday, 06-Nov-77 08:49:37 GMT", 247654177, id="two digits more than 50 years ahead"),
        pytest.param("Sat, 31 Dec 2016 23:59:60 GMT", 1483228799, id="leap second"),
        pytest.param("Sun, 06 Nov 1994 08:49:37 +0000", None, id="another zone form"),
        pytest.param("sun, 06 nov 1994 08:49:37 gmt", None, id="lower case"),
        pytest.param("Sun, 06 Foo 1994 08:49:37 GMT", None, id="no such month"),
        pytest.param("Sun, 31 Feb 1994 08:49:37 GMT", None, id="no such day"),
        pytest.param("Sun, 06 Nov 1994 24:49:37 GMT", None, id="no such hour"),
        pytest.param("1994-11-06T08:49:37Z", None, id="iso"),
        pytest.param("784111777", None, id="number"),
        pytest.param("Sun, ٠٦ Nov 1994 08:49:37 GMT", None, id="digits of another script"),
        pytest.param("", None, id="empty"),
    ],
)
def test_parse(text, seconds):
    assert parse_http_date(text, now_year=2026) == seconds


def test_write():
    assert http_date(EXAMPLE + 0.999) == "Sun, 06 Nov 1994 08:49:37 GMT"


@given(st.integers(0, int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())))
def test_what_is_written_is_read_back(seconds):
    assert parse_http_date(http_date(seconds), now_year=2026) == seconds


@given(st.text(max_size=60))
def test_nothing_raises(text):
    parse_http_date(text, now_year=2026)
