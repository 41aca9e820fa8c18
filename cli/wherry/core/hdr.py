"""Histograms as text: HdrHistogram's V2 encoding (compressed, base64), which the tools of that family exchange, and its
table of percentiles, which plotters read.

V2: a header and then the counts from index 0, each in ZigZag LEB128 of at most 9 bytes; a run of zeros is one negative
number. That is compressed with zlib, gets a second header, and is written in base64. Numbers of headers are
big-endian.
"""

from __future__ import annotations

import base64
import struct
import zlib
from typing import TYPE_CHECKING, Final

from wherry.core.histogram import (
    BUCKETS,
    DIGITS,
    HIGHEST_US,
    LOWEST_US,
    SIZE,
    SUB_BUCKETS,
    Histogram,
    highest_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMPRESSED: Final = 0x1C849314
_PLAIN: Final = 0x1C849313
# Bits 4 to 7 of a cookie are the size of a counter in V0 and V1, and mean nothing in V2.
_COOKIE_MASK: Final = ~0xF0
_OUTER: Final = struct.Struct(">II")  # cookie, length
# Cookie, length, offset of the indexes, digits, lowest and highest value, ratio of integers to decimal numbers.
_INNER: Final = struct.Struct(">IIIIQQd")
# A level has 12 digits in the table of percentiles: nearer to 100 % than this they would look the same.
_MOST_HALVINGS: Final = 40
_LONGEST: Final = 9  # bytes of one number
_MAX_PLAIN: Final = _INNER.size + SIZE * _LONGEST
# What zlib makes of bytes that cannot be compressed is little more than they are.
_MAX_TEXT: Final = (_OUTER.size + _MAX_PLAIN + _MAX_PLAIN // 1000 + 64) * 4 // 3 + 4


def encode(histogram: Histogram) -> str:
    """The whole histogram; an empty one too."""
    out = bytearray()
    at = 0
    for index, count in histogram.sparse():
        if index > at:
            # A single zero is written as such, not as a run of one; so does the original.
            _write(out, at - index if index - at > 1 else 0)
        _write(out, count)
        at = index + 1
    head = _INNER.pack(_PLAIN, len(out), 0, DIGITS, LOWEST_US, HIGHEST_US, 1.0)
    data = zlib.compress(head + out)
    return base64.b64encode(_OUTER.pack(_COMPRESSED, len(data)) + data).decode()


def decode(text: str) -> Histogram:
    """What :func:`encode`, or another implementation with the same bounds, has written.

    Raises ValueError where it is not that. Never takes more memory than a few hundred kilobytes beside ``text``.
    """
    histogram = Histogram()
    counts = histogram.counts
    data = _counters(text)
    index = at = 0
    while at < len(data):
        number, at = _read(data, at)
        if number < 0:
            index -= number
        elif index < SIZE:
            counts[index] = number
            index += 1
        else:
            index += 1
        if index > SIZE:
            raise ValueError("it counts values of more than an hour")
    return histogram


def percentile_lines(histogram: Histogram, *, per_half: int = 5, unit_us: int = 1000) -> Iterator[str]:
    """HdrHistogram's table of percentiles, line by line without line ends, values in units of ``unit_us`` (1000: ms).

    Each time that the distance to 100 % halves there are ``per_half`` lines. An empty histogram has no lines but the
    first and the last ones.
    """
    yield f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}"
    yield ""
    total = histogram.count
    for level, us, reached in _levels(histogram, total, per_half):
        beyond = f" {1 / (1 - level / 100):14.2f}" if level < 100 else ""
        yield f"{us / unit_us:12.{DIGITS}f} {level / 100:2.12f} {reached:10d}{beyond}"
    mean, stdev, most = histogram.mean or 0.0, histogram.stdev or 0.0, histogram.max or 0
    yield f"#[Mean    = {mean / unit_us:12.{DIGITS}f}, StdDeviation   = {stdev / unit_us:12.{DIGITS}f}]"
    yield f"#[Max     = {most / unit_us:12.{DIGITS}f}, Total count    = {total:12d}]"
    yield f"#[Buckets = {BUCKETS:12d}, SubBuckets     = {SUB_BUCKETS:12d}]"


def _levels(histogram: Histogram, total: int, per_half: int) -> Iterator[tuple[float, int, int]]:
    """Percentage, value (µs) and how many are not above it."""
    level = 0.0
    reached = us = 0
    for index, count in histogram.sparse():
        reached += count
        us = highest_of(index)
        while 100.0 * reached / total >= level and level < 100:
            yield level, us, reached
            if reached == total:
                break  # all that remain would say the same
            halvings = 1
            while 100.0 - level <= 100.0 / 2**halvings and halvings < _MOST_HALVINGS:
                halvings += 1
            level = min(100.0, level + 100.0 / (per_half * 2**halvings))
    if total:
        yield 100.0, us, reached


def _counters(text: str) -> bytes:
    """The encoded counts in ``text``. Raises ValueError."""
    if len(text) > _MAX_TEXT:
        raise ValueError("it is too long for a histogram")
    try:
        data = base64.b64decode(text, validate=True)
        cookie, length = _OUTER.unpack_from(data)
        opener = zlib.decompressobj()
        plain = opener.decompress(data[_OUTER.size :], _MAX_PLAIN + 1)
        inner, inner_length, offset, digits, lowest, _, _ = _INNER.unpack_from(plain)
    except (ValueError, struct.error, zlib.error) as exc:
        raise ValueError(f"it is no HdrHistogram: {exc}") from exc
    if len(plain) > _MAX_PLAIN or not opener.eof or opener.unused_data:
        raise ValueError("its compressed data is too long, or not whole")
    if (cookie & _COOKIE_MASK, inner & _COOKIE_MASK) != (_COMPRESSED & _COOKIE_MASK, _PLAIN & _COOKIE_MASK):
        raise ValueError("it is no compressed HdrHistogram of version 2")
    if (length, inner_length) != (len(data) - _OUTER.size, len(plain) - _INNER.size):
        raise ValueError("its length is not what its header says")
    if (offset, digits, lowest) != (0, DIGITS, LOWEST_US):
        raise ValueError(f"it is a histogram with other bounds than {DIGITS} digits from {LOWEST_US} on")
    return plain[_INNER.size :]


def _write(out: bytearray, number: int) -> None:
    """Append ``number`` in ZigZag LEB128: seven bits a byte, the least first; the ninth byte has eight."""
    left = number << 1 if number >= 0 else (-number << 1) - 1
    for _ in range(_LONGEST - 1):
        if left < 0x80:
            out.append(left)
            return
        out.append(left & 0x7F | 0x80)
        left >>= 7
    out.append(left)


def _read(data: bytes, at: int) -> tuple[int, int]:
    """The number at ``at``, and where the next one begins. Raises ValueError."""
    value = 0
    for place in range(_LONGEST):
        if at >= len(data):
            raise ValueError("it ends in the middle of a number")
        byte = data[at]
        at += 1
        if place == _LONGEST - 1:
            value |= byte << (7 * place)
            break
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return (value >> 1) ^ -(value & 1), at
