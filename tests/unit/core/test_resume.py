from __future__ import annotations

import pytest

from wherry.core.resume import ContentRange, content_range, validator_of

DATE = ("Date", "Tue, 24 Nov 2026 06:00:00 GMT")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes 5-9/10", ContentRange(5, 10)),
        ("bytes 5-9/*", ContentRange(5, None)),
        ("bytes */10", ContentRange(None, 10)),
        (" Bytes 0-0/1 ", ContentRange(0, 1)),
        ("items 0-1/2", ContentRange()),
        ("bytes x-y/z", ContentRange()),
        (None, ContentRange()),
    ],
)
def test_content_range(value: str | None, expected: ContentRange) -> None:
    assert content_range(value) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([("ETag", '"a1"')], '"a1"', id="strong-tag"),
        pytest.param([("ETag", 'W/"a1"')], None, id="weak-tag"),
        pytest.param([("ETag", "a1")], None, id="not-a-tag"),
        pytest.param([("ETag", '"a1"'), ("Accept-Ranges", "none")], None, id="no-ranges"),
        pytest.param(
            [DATE, ("Last-Modified", "Tue, 24 Nov 2026 05:00:00 GMT")], "Tue, 24 Nov 2026 05:00:00 GMT", id="date"
        ),
        pytest.param([DATE, ("Last-Modified", "Tue, 24 Nov 2026 06:00:00 GMT")], None, id="changed-this-second"),
        pytest.param([("Last-Modified", "Tue, 24 Nov 2026 05:00:00 GMT")], None, id="no-date"),
        pytest.param([DATE, ("Last-Modified", "yesterday")], None, id="no-http-date"),
        pytest.param([], None, id="nothing"),
    ],
)
def test_validator(headers: list[tuple[str, str]], expected: str | None) -> None:
    assert validator_of(headers) == expected
