"""As much of BSON (bsonspec.org, version 1.1) as a hello to MongoDB and its answer take."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Value: TypeAlias = "float | int | str | bool | dict[str, Value] | None"

_DEPTH: Final = 32
# Types whose values are passed over, by their size.
_FIXED: Final = {0x06: 0, 0x07: 12, 0x09: 8, 0x0A: 0, 0x11: 8, 0x13: 16, 0x7F: 0, 0xFF: 0}


class BadBson(ValueError):
    """Not a BSON document."""


def encode(document: Mapping[str, int | str]) -> bytes:
    """A document of 32-bit integers and texts."""
    body = bytearray()
    for name, value in document.items():
        if isinstance(value, int):
            body += b"\x10" + name.encode() + b"\0" + struct.pack("<i", value)
        else:
            text = value.encode() + b"\0"
            body += b"\x02" + name.encode() + b"\0" + struct.pack("<i", len(text)) + text
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def decode(data: bytes) -> dict[str, Value]:
    """Read one document that fills ``data``. Arrays come as documents with the keys "0", "1", ...; values of types
    that have no Python counterpart here (dates, identifiers, ...) as None. Raises BadBson.
    """
    try:
        document, end = _document(data, 0, _DEPTH)
    except (struct.error, IndexError, UnicodeDecodeError):
        raise BadBson("ends too early or is not UTF-8") from None
    if end != len(data):
        raise BadBson("something follows the document")
    return document


def _document(data: bytes, start: int, depth: int) -> tuple[dict[str, Value], int]:
    if depth == 0:
        raise BadBson("nested too deeply")
    (size,) = struct.unpack_from("<i", data, start)
    end = start + size
    if size < 5 or end > len(data) or data[end - 1]:
        raise BadBson("a wrong length")
    document: dict[str, Value] = {}
    position = start + 4
    while position < end - 1:
        kind = data[position]
        name, position = _text_to_nul(data, position + 1, end)
        document[name], position = _value(data, position, kind, depth)
        if position > end - 1:
            raise BadBson("a value that is longer than its document")
    return document, end


def _value(data: bytes, start: int, kind: int, depth: int) -> tuple[Value, int]:
    if kind in (0x03, 0x04):
        return _document(data, start, depth - 1)
    if kind == 0x10:
        return struct.unpack_from("<i", data, start)[0], start + 4
    if kind == 0x12:
        return struct.unpack_from("<q", data, start)[0], start + 8
    if kind == 0x01:
        return struct.unpack_from("<d", data, start)[0], start + 8
    if kind == 0x08:
        return data[start] != 0, start + 1
    if kind in (0x02, 0x0D, 0x0E):
        end = start + 4 + _size(data, start, 1)
        if data[end - 1]:
            raise BadBson("a text without its end")
        return data[start + 4 : end - 1].decode("utf-8", "replace"), end
    if kind == 0x05:
        return None, start + 5 + _size(data, start, 0)
    if kind == 0x0B:
        _, end = _text_to_nul(data, start, len(data))
        return None, _text_to_nul(data, end, len(data))[1]
    if kind in _FIXED:
        return None, start + _FIXED[kind]
    raise BadBson(f"an unknown type 0x{kind:02x}")


def _size(data: bytes, start: int, least: int) -> int:
    size: int = struct.unpack_from("<i", data, start)[0]
    if not least <= size <= len(data) - start:
        raise BadBson("a wrong length")
    return size


def _text_to_nul(data: bytes, start: int, limit: int) -> tuple[str, int]:
    end = data.find(b"\0", start, limit)
    if end < 0:
        raise BadBson("a name without its end")
    return data[start:end].decode(), end + 1
