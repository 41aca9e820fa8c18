"""The symbol versions that an ELF file needs of its libraries, and what it is called as one. Pure.

The dynamic section names a table of needed versions (DT_VERNEED), each with its library; see elf(5) and
https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC: Final = b"\x7fELF"
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_STRTAB, _DT_SONAME, _DT_VERNEED, _DT_VERNEEDNUM = 0, 5, 14, 0x6FFFFFFE, 0x6FFFFFFF
# More than any real file has; damage must not make us count to four thousand millions.
_MOST: Final = 10_000


class ElfError(ValueError):
    """A file that begins as ELF does and cannot be read as it."""


class _Segment(Record):
    kind: int
    offset: int
    address: int
    size: int


def needed_versions(data: bytes) -> frozenset[str]:
    """Such as ``GLIBC_2.17`` and ``GCC_3.0``; none for a static program. Raises ElfError."""
    try:
        return frozenset(_File(data).needed())
    except struct.error:
        raise ElfError("it is cut short") from None


def soname(data: bytes) -> str | None:
    """What programs that are linked with it ask for; None where it does not say. Raises ElfError."""
    try:
        return _File(data).soname()
    except struct.error:
        raise ElfError("it is cut short") from None


class _File:
    """``data`` with the widths and the byte order that its first bytes say."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC or data[4:5] not in (b"\x01", b"\x02") or data[5:6] not in (b"\x01", b"\x02"):
            raise ElfError("it has no ELF header")
        self._data = data
        self._wide = data[4] == 2
        self._order = "<" if data[5] == 1 else ">"
        self._segments = list(self._read_segments())

    def _read(self, form: str, offset: int) -> tuple[int, ...]:
        # A negative offset would count from the end.
        if offset < 0:
            raise ElfError("an offset is negative")
        return struct.unpack_from(self._order + form, self._data, offset)

    def _read_segments(self) -> Iterator[_Segment]:
        (begin,) = self._read("Q", 32) if self._wide else self._read("I", 28)
        step, count = self._read("HH", 54 if self._wide else 42)
        for index in range(count):
            if self._wide:
                kind, _, offset, address, _, size = self._read("IIQQQQ", begin + index * step)
            else:
                kind, offset, address, _, size = self._read("IIIII", begin + index * step)
            yield _Segment(kind, offset, address, size)

    def needed(self) -> Iterator[str]:
        """The names in the table of needed versions."""
        tags = self._dynamic()
        if _DT_VERNEED not in tags:
            return
        if _DT_STRTAB not in tags:
            raise ElfError("it has no table of names")
        names, entry = self._offset(tags[_DT_STRTAB]), self._offset(tags[_DT_VERNEED])
        for _ in range(min(tags.get(_DT_VERNEEDNUM, 0), _MOST)):
            _, count, _, first, following = self._read("HHIII", entry)
            at = entry + first
            for _ in range(min(count, _MOST)):
                _, _, _, name, further = self._read("IHHII", at)
                yield self._text(names + name)
                at += further
                if not further:
                    break
            entry += following
            if not following:
                break

    def soname(self) -> str | None:
        """Its own name in the dynamic section."""
        tags = self._dynamic()
        if _DT_SONAME not in tags:
            return None
        if _DT_STRTAB not in tags:
            raise ElfError("it has no table of names")
        return self._text(self._offset(tags[_DT_STRTAB]) + tags[_DT_SONAME])

    def _dynamic(self) -> dict[int, int]:
        tags: dict[int, int] = {}
        form, width = ("QQ", 16) if self._wide else ("II", 8)
        for segment in self._segments:
            if segment.kind == _PT_DYNAMIC:
                for index in range(min(segment.size // width, _MOST)):
                    tag, value = self._read(form, segment.offset + index * width)
                    if tag == _DT_NULL:
                        break
                    tags[tag] = value
        return tags

    def _offset(self, address: int) -> int:
        """Where in the file the byte is that is loaded at ``address``."""
        for segment in self._segments:
            if segment.kind == _PT_LOAD and segment.address <= address < segment.address + segment.size:
                return segment.offset + address - segment.address
        raise ElfError("an address is in no segment")

    def _text(self, offset: int) -> str:
        end = self._data.find(b"\0", offset)
        if end < 0 or end - offset > 1000:
            raise ElfError("a name does not end")
        return self._data[offset:end].decode("ascii", "replace")
