"""64-bit little-endian ELF files: reading their segments and dynamic sections, and adding a segment. Pure.

See elf(5) and the System V ABI, chapters 4 and 5 (https://gabi.xinuos.com).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENT: Final = b"\x7fELF\x02\x01"
_SEGMENTS_AT: Final = 32
_SEGMENT: Final = struct.Struct("<IIQQQQQQ")
_ENTRY: Final = struct.Struct("<QQ")
_READABLE: Final = 4
_LARGEST_PAGE: Final = 0x10000
_AMD64, _AMD64_PAGE = 62, 0x1000
PT_LOAD, PT_DYNAMIC, PT_INTERP, PT_NOTE = 1, 2, 3, 4
DT_NULL, DT_NEEDED, DT_STRTAB, DT_STRSZ, DT_RPATH, DT_DEBUG, DT_RUNPATH = 0, 1, 5, 10, 15, 21, 29


class Segment(NamedTuple):
    """An entry of the program header table; sizes are in bytes."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    alignment: int


class Entry(NamedTuple):
    """An entry of the dynamic section, and where in the file it is."""

    at: int
    tag: int
    value: int


class Added(NamedTuple):
    """A file with a segment more, where this is in it, and the address that it is loaded at."""

    data: bytes
    offset: int
    address: int


def is_elf(data: bytes) -> bool:
    """Whether it is such a file at all; others are left alone."""
    return data[: len(_IDENT)] == _IDENT


def segments(data: bytes) -> list[Segment]:
    """The program header table. Raises ValueError for what is no such file, or cut short."""
    if not is_elf(data):
        raise ValueError("it is no 64-bit little-endian ELF file")
    try:
        begin, count = _table(data)
        return [Segment(*_SEGMENT.unpack_from(data, begin + index * _SEGMENT.size)) for index in range(count)]
    except (struct.error, OverflowError):
        raise ValueError("it is cut short") from None


def with_segment(data: bytes, content: bytes) -> Added:
    """The file with ``content`` behind all else, to be loaded for reading.

    There is no room for one more header: that of a note is taken, which nothing needs that runs. Segments to load stand
    in ascending order of their addresses, as the ABI wants. Raises ValueError for a file without a note.
    """
    table = segments(data)
    note = next((segment for segment in table if segment.kind == PT_NOTE), None)
    loads = [index for index, segment in enumerate(table) if segment.kind == PT_LOAD]
    if note is None or not loads:
        raise ValueError("it has no header to spare")
    page = _AMD64_PAGE if struct.unpack_from("<H", data, 18) == (_AMD64,) else _LARGEST_PAGE
    end = max(table[index].address + table[index].memory_size for index in loads)
    offset, address = _rounded(len(data), page), _rounded(end, page)
    table.insert(loads[-1] + 1, Segment(PT_LOAD, _READABLE, offset, address, address, len(content), len(content), page))
    table.remove(note)
    changed = bytearray(data)
    begin, _ = _table(data)
    changed[begin : begin + len(table) * _SEGMENT.size] = b"".join(_SEGMENT.pack(*segment) for segment in table)
    return Added(bytes(changed) + bytes(offset - len(data)) + content, offset, address)


def with_header(data: bytes, index: int, segment: Segment) -> bytes:
    """The file with another entry ``index`` of the program header table."""
    at = _table(data)[0] + index * _SEGMENT.size
    return data[:at] + _SEGMENT.pack(*segment) + data[at + _SEGMENT.size :]


def dynamic(data: bytes) -> list[Entry]:
    """The dynamic section with the empty entries at its end; nothing for a static program. Raises ValueError."""
    found = []
    for segment in segments(data):
        if segment.kind == PT_DYNAMIC:
            places = range(segment.offset, segment.offset + segment.file_size - _ENTRY.size + 1, _ENTRY.size)
            try:
                found = [Entry(at, *_ENTRY.unpack_from(data, at)) for at in places]
            except (struct.error, OverflowError):
                raise ValueError("it is cut short") from None
    return found


def with_entry(data: bytes, at: int, tag: int, value: int) -> bytes:
    """The file with another entry at this place of the dynamic section."""
    return data[:at] + _ENTRY.pack(tag, value) + data[at + _ENTRY.size :]


def needed(data: bytes) -> Iterator[str]:
    """The names of the shared libraries that it is linked with. Raises ValueError."""
    entries = dynamic(data)
    names = next((offset(data, entry.value) for entry in entries if entry.tag == DT_STRTAB), 0)
    for entry in entries:
        if entry.tag == DT_NEEDED:
            begin = names + entry.value
            yield data[begin : data.index(b"\0", begin)].decode("utf-8", "surrogateescape")


def offset(data: bytes, address: int) -> int:
    """Where in the file the byte is that is loaded at ``address``. Raises ValueError."""
    for segment in segments(data):
        if segment.kind == PT_LOAD and segment.address <= address < segment.address + segment.file_size:
            return segment.offset + address - segment.address
    raise ValueError("an address is in no segment")


def _table(data: bytes) -> tuple[int, int]:
    (begin,) = struct.unpack_from("<Q", data, _SEGMENTS_AT)
    (count,) = struct.unpack_from("<H", data, 56)
    return begin, count


def _rounded(number: int, step: int) -> int:
    return -(-number // step) * step
