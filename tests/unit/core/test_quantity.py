"""Durations, sizes and rates, as they are written and as they are shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.core.quantity import QuantityError, duration, format_duration, format_size, rate, size


@pytest.mark.parametrize(
    "text, seconds",
    [
        pytest.param("0", 0.0, id="zero"),
        pytest.param("5", 5.0, id="bare number is seconds"),
        pytest.param("1.5", 1.5, id="bare fraction"),
        pytest.param(".5s", 0.5, id="no digit before the point"),
        pytest.param("2.s", 2.0, id="no digit after the point"),
        pytest.param("250ms", 0.25, id="milliseconds"),
        pytest.param("30us", 3e-05, id="microseconds"),
        pytest.param("30µs", 3e-05, id="micro sign"),
        pytest.param("30μs", 3e-05, id="greek mu"),
        pytest.param("7ns", 7e-09, id="nanoseconds"),
        pytest.param("1m30s", 90.0, id="parts"),
        pytest.param("1h0m0.5s", 3600.5, id="parts with a fraction"),
        pytest.param("14d", 1209600.0, id="days"),
        pytest.param(" 3s ", 3.0, id="space around"),
    ],
)
def test_duration(text: str, seconds: float) -> None:
    assert duration(text) == pytest.approx(seconds, rel=1e-12)


@pytest.mark.parametrize(
    "text", ["", " ", "s", "-1s", "+1s", "1 s", "1x", "1e3", "1s2", "1.2.3s", "inf", "nan", "\u0661s", "1S"]
)
def test_what_is_no_duration_shows_what_one_looks_like(text: str) -> None:
    with pytest.raises(QuantityError, match="write it like 250ms, 30s, 1m30s, 2h or 14d"):
        duration(text)


@pytest.mark.parametrize("text", ["36501d", "9" * 400, "9" * 400 + "d"])
def test_a_duration_has_an_end(text: str) -> None:
    with pytest.raises(QuantityError, match="longer than 100 years"):
        duration(text)


@pytest.mark.parametrize(
    "text, count",
    [
        pytest.param("0", 0, id="zero"),
        pytest.param("512", 512, id="bare"),
        pytest.param("512B", 512, id="bytes"),
        pytest.param("64KiB", 65536, id="kibibytes"),
        pytest.param("64 KiB", 65536, id="space"),
        pytest.param("10MiB", 10485760, id="mebibytes"),
        pytest.param("10Mi", 10485760, id="Kubernetes"),
        pytest.param("5MB", 5_000_000, id="megabytes"),
        pytest.param("5m", 5_000_000, id="case"),
        pytest.param("1.5k", 1500, id="fraction"),
        pytest.param("1.9", 1, id="rounded down"),
        pytest.param("9007199254740993", 9007199254740993, id="exact above 2**53"),
        pytest.param("2TiB", 2 * 1024**4, id="tebibytes"),
    ],
)
def test_size(text: str, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize("text", ["", "-1", "MB", "5XB", "1e6", "5 M B", "0x10", "٣", "nan"])
def test_what_is_no_size_shows_what_one_looks_like(text: str) -> None:
    with pytest.raises(QuantityError, match="write it like 512, 64KiB, 10MiB or 5MB"):
        size(text)


@pytest.mark.parametrize("text", ["9999999999GiB", "9" * 400, "9" * 5000, "9" * 400 + ".5"])
def test_a_size_has_an_end(text: str) -> None:
    with pytest.raises(QuantityError, match="more than 8 EiB"):
        size(text)


@pytest.mark.parametrize(
    "text, per_second",
    [
        pytest.param("100/s", 100.0, id="per second"),
        pytest.param("1500/m", 25.0, id="per minute"),
        pytest.param("100", 100.0, id="bare"),
        pytest.param("10/250ms", 40.0, id="per duration"),
        pytest.param("0.5/s", 0.5, id="fraction"),
        pytest.param("86400/d", 1.0, id="per day"),
    ],
)
def test_rate(text: str, per_second: float) -> None:
    assert rate(text) == pytest.approx(per_second)


@pytest.mark.parametrize(
    "text", ["", "/s", "5/", "5/x", "-5/s", "5/0s", "5/0", "a/s", "5/s/s", "9" * 400, "9" * 308 + "/1ns"]
)
def test_what_is_no_rate_shows_what_one_looks_like(text: str) -> None:
    with pytest.raises(QuantityError, match="write it like 100/s"):
        rate(text)


@pytest.mark.parametrize(
    "seconds, text",
    [
        (0, "0s"), (7e-9, "7ns"), (850e-6, "850µs"), (0.0123, "12.3ms"), (0.9996, "1s"), (4.211, "4.21s"),
        (59.96, "1m"), (90, "1m30s"), (3600, "1h"), (7500, "2h5m"), (14 * 86400, "14d"), (90061, "1d1h"),
        (-1.5, "-1.5s"),
    ],
)  # fmt: skip
def test_format_duration(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    "count, text",
    [
        (0, "0 B"), (512, "512 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (10 * 1024**2, "10 MiB"),
        (1023 * 1024, "1023 KiB"), (1024**2 - 1, "1 MiB"),
        (1023590, "1000 KiB"), (3 * 1024**4, "3 TiB"), (5000 * 1024**4, "5000 TiB"),
    ],
)  # fmt: skip
def test_format_size(count: int, text: str) -> None:
    assert format_size(count) == text


@given(st.text(max_size=20))
def test_any_text_is_a_quantity_or_a_quantity_error(text: str) -> None:
    for read in (duration, size, rate):
        try:
            assert 0 <= read(text) < float("inf")
        except QuantityError as exc:
            assert str(exc)


@given(st.floats(min_value=1e-9, max_value=1e9))
def test_what_is_shown_can_be_read_and_is_near(seconds: float) -> None:
    # Two parts are shown of a long duration: at worst 1h59m59s shows as 1h59m.
    assert duration(format_duration(seconds)) == pytest.approx(seconds, rel=0.05)
