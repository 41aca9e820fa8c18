"""Conditional requests and ranges, a row a rule of RFC 9110."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.serve.files.plan import (
    MAX_RANGES,
    WHOLE,
    NotModified,
    Part,
    Partial,
    PreconditionFailed,
    Unsatisfiable,
    Validators,
    decide,
    multipart_heads,
)
from wherry.core.httpdate import http_date

NOW = 1_700_000_000
MODIFIED = NOW - 3600
SAME, EARLIER, LATER = http_date(MODIFIED), http_date(MODIFIED - 10), http_date(MODIFIED + 10)
STRONG = Validators('"abc"', MODIFIED)
WEAK = Validators('W/"abc"', MODIFIED)
SIZE = 1000


def answer(fields, *, validators=STRONG, size=SIZE, ranges=True, now=NOW):
    return decide(fields.get, validators, size, ranges=ranges, now_s=now)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        pytest.param({}, WHOLE, id="no condition"),
        pytest.param({"if-match": '"abc"'}, WHOLE, id="if-match: same"),
        pytest.param({"if-match": '"x", "abc"'}, WHOLE, id="if-match: one of a list"),
        pytest.param({"if-match": "*"}, WHOLE, id="if-match: any"),
        pytest.param({"if-match": '"x"'}, PreconditionFailed(), id="if-match: another"),
        pytest.param({"if-match": 'W/"abc"'}, PreconditionFailed(), id="if-match: a weak one never matches"),
        pytest.param({"if-match": "abc"}, PreconditionFailed(), id="if-match: unquoted is none"),
        pytest.param({"if-unmodified-since": SAME}, WHOLE, id="if-unmodified-since: same"),
        pytest.param({"if-unmodified-since": EARLIER}, PreconditionFailed(), id="if-unmodified-since: changed"),
        pytest.param({"if-unmodified-since": "yesterday"}, WHOLE, id="if-unmodified-since: no date"),
        pytest.param({"if-match": '"abc"', "if-unmodified-since": EARLIER}, WHOLE, id="if-match goes before the date"),
        pytest.param({"if-none-match": '"abc"'}, NotModified(), id="if-none-match: same"),
        pytest.param({"if-none-match": 'W/"abc"'}, NotModified(), id="if-none-match: compares weakly"),
        pytest.param({"if-none-match": "*"}, NotModified(), id="if-none-match: any"),
        pytest.param({"if-none-match": '"x", "y,z"'}, WHOLE, id="if-none-match: others"),
        pytest.param({"if-none-match": '"x,abc"'}, WHOLE, id="if-none-match: a comma inside a tag"),
        pytest.param({"if-modified-since": SAME}, NotModified(), id="if-modified-since: same"),
        pytest.param({"if-modified-since": LATER}, NotModified(), id="if-modified-since: later"),
        pytest.param({"if-modified-since": EARLIER}, WHOLE, id="if-modified-since: changed"),
        pytest.param({"if-modified-since": "x"}, WHOLE, id="if-modified-since: no date"),
        pytest.param({"if-none-match": '"x"', "if-modified-since": SAME}, WHOLE, id="if-none-match goes first"),
        pytest.param({"if-match": '"x"', "if-none-match": '"abc"'}, PreconditionFailed(), id="412 goes before 304"),
        pytest.param({"if-none-match": '"abc"', "range": "bytes=0-1"}, NotModified(), id="304 goes before 206"),
    ],
)  # fmt: skip
def test_conditions(fields, expected):
    assert answer(fields) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("bytes=0-0", Partial((Part(0, 1),)), id="first byte"),
        pytest.param("bytes=0-99", Partial((Part(0, 100),)), id="closed"),
        pytest.param("bytes=900-", Partial((Part(900, 100),)), id="open"),
        pytest.param("bytes=-100", Partial((Part(900, 100),)), id="suffix"),
        pytest.param("bytes=-5000", Partial((Part(0, 1000),)), id="suffix longer than the file"),
        pytest.param("bytes=990-5000", Partial((Part(990, 10),)), id="end beyond the file"),
        pytest.param("bytes=0-0, -1", Partial((Part(0, 1), Part(999, 1))), id="two"),
        pytest.param("bytes=,0-0,,", Partial((Part(0, 1),)), id="empty list elements"),
        pytest.param("Bytes=0-0", Partial((Part(0, 1),)), id="unit in another case"),
        pytest.param("bytes=2000-, 5-5", Partial((Part(5, 1),)), id="one of two fits"),
        pytest.param("bytes=1000-", Unsatisfiable(), id="begins at the end"),
        pytest.param("bytes=1000-1001,2000-", Unsatisfiable(), id="none fits"),
        pytest.param("bytes=-0", Unsatisfiable(), id="empty suffix"),
        pytest.param(f"bytes=0-{'9' * 5000}", Partial((Part(0, 1000),)), id="a number of 5000 digits"),
        pytest.param(f"bytes={'9' * 5000}-", Unsatisfiable(), id="a start of 5000 digits"),
        pytest.param("bytes=5-2", WHOLE, id="backwards"),
        pytest.param("bytes=-", WHOLE, id="no number"),
        pytest.param("bytes=", WHOLE, id="empty set"),
        pytest.param("bytes", WHOLE, id="no set"),
        pytest.param("bytes=a-b", WHOLE, id="letters"),
        pytest.param("bytes=١-٢", WHOLE, id="digits of another script"),  # noqa: RUF001
        pytest.param("bytes=0-1-2", WHOLE, id="two dashes"),
        pytest.param("lines=0-1", WHOLE, id="another unit"),
        pytest.param("bytes=0-,0-", WHOLE, id="more than the whole"),
        pytest.param("bytes=" + ",".join(["0-0"] * (MAX_RANGES + 1)), WHOLE, id="too many"),
    ],
)
def test_ranges(text, expected):
    assert answer({"range": text}) == expected


@pytest.mark.parametrize(
    ("if_range", "validators", "now", "applies"),
    [
        pytest.param('"abc"', STRONG, NOW, True, id="same tag"),
        pytest.param('"x"', STRONG, NOW, False, id="another tag"),
        pytest.param('W/"abc"', WEAK, NOW, False, id="weak tags never match"),
        pytest.param('"abc", "x"', STRONG, NOW, False, id="a list is not allowed"),
        pytest.param(SAME, STRONG, NOW, True, id="same date"),
        pytest.param(LATER, STRONG, NOW, False, id="a later date is not enough"),
        pytest.param(SAME, STRONG, MODIFIED + 0.5, False, id="a date that is too fresh to be strong"),
        pytest.param("x", STRONG, NOW, False, id="nonsense"),
    ],
)
def test_if_range(if_range, validators, now, applies):
    got = answer({"range": "bytes=0-0", "if-range": if_range}, validators=validators, now=now)
    assert got == (Partial((Part(0, 1),)) if applies else WHOLE)


def test_a_range_means_nothing_to_other_methods():
    assert answer({"range": "bytes=0-0"}, ranges=False) == WHOLE


@pytest.mark.parametrize("text", ["bytes=0-", "bytes=-1", "bytes=5-9"])
def test_an_empty_file_is_sent_whole(text):
    assert answer({"range": text}, size=0) == WHOLE


@given(st.text(alphabet="0123456789-, bytes=", max_size=40), st.integers(0, 50))
def test_parts_always_lie_inside_and_never_add_up_to_more_than_the_file(text, size):
    got = answer({"range": "bytes=" + text}, size=size)
    if isinstance(got, Partial):
        assert got.parts
        assert all(part.length > 0 and part.start >= 0 and part.start + part.length <= size for part in got.parts)
        assert sum(part.length for part in got.parts) <= size


@given(st.dictionaries(st.sampled_from(["if-match", "if-none-match", "if-range", "range"]), st.text(max_size=30)))
def test_nothing_raises(fields):
    answer(fields)


def test_multipart_heads():
    heads, end = multipart_heads([Part(0, 1), Part(5, 2)], 10, "text/plain", "B")
    assert heads == [
        b"\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-0/10\r\n\r\n",
        b"\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 5-6/10\r\n\r\n",
    ]
    assert end == b"\r\n--B--\r\n"
