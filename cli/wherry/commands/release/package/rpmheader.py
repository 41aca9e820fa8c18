"""The headers of an rpm: tagged values, with the region that makes them immutable.

https://rpm-software-management.github.io/rpm/manual/format_header.html
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Final, TypeAlias

_MAGIC: Final = b"\x8e\xad\xe8\x01\0\0\0\0"
_ENTRY: Final = struct.Struct(">iiii")


class Region(IntEnum):
    """The tag of the region that covers a whole header."""

    SIGNATURES = 62
    IMMUTABLE = 63


class Type(IntEnum):
    """How a value is stored."""

    INT16 = 3
    INT32 = 4
    STRING = 6
    BINARY = 7
    STRINGS = 8
    TRANSLATED = 9


Value: TypeAlias = "str | bytes | list[str] | list[int]"
Tags: TypeAlias = "dict[int, tuple[Type, Value]]"


def header(region: Region, tags: Tags) -> bytes:
    """The bytes of a header that holds ``tags``, in ascending order, behind its region."""
    index: list[bytes] = []
    store = bytearray()
    for tag in sorted(tags):
        kind, value = tags[tag]
        data, count, alignment = _stored(kind, value)
        store += bytes(-len(store) % alignment)
        index.append(_ENTRY.pack(tag, kind, len(store), count))
        store += data
    index.insert(0, _ENTRY.pack(region, Type.BINARY, len(store), _ENTRY.size))
    store += _ENTRY.pack(region, Type.BINARY, -len(index) * _ENTRY.size, _ENTRY.size)
    return _MAGIC + struct.pack(">ii", len(index), len(store)) + b"".join(index) + bytes(store)


def _stored(kind: Type, value: Value) -> tuple[bytes, int, int]:
    """Its bytes, how many values that are, and what its place must be a multiple of."""
    if isinstance(value, bytes):
        return value, len(value), 1
    if isinstance(value, str):
        return value.encode() + b"\0", 1, 1
    if kind in (Type.INT16, Type.INT32):
        width = 2 if kind is Type.INT16 else 4
        return struct.pack(f">{len(value)}{'H' if width == 2 else 'I'}", *value), len(value), width
    return b"".join(str(each).encode() + b"\0" for each in value), len(value), 1
