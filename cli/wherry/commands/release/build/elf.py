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
DT_NULL: Final = 0
DT_STRTAB: Final = 5
DT_SONAME: Final = 14
_DT_VERNEED, _DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF
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
        return frozenset(Elf(data).needed())
    except struct.error:
        raise ElfError("it is cut short") from None


def soname(data: bytes) -> str | None:
    """What programs that are linked with it ask for; None where it does not say. Raises ElfError."""
    try:
        return Elf(data).soname()
    except struct.error:
        raise ElfError("it is cut short") from None


class Elf:
    """``data`` with the widths and the byte order that its first bytes say."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC or data[4:5] not in (b"\x01", b"\x02") or data[5:6] not in (b"\x01", b"\x02"):
            raise ElfError("it has no ELF header")
        self._data = data
        self.wide = data[4] == 2
        self.order = "<" if data[5] == 1 else ">"
        self._segments = list(self._read_segments())

    def read(self, form: str, offset: int) -> tuple[int, ...]:
        """Numbers at ``offset``, in the widths that struct has for ``form``. Raises struct.error."""
        # A negative offset would count from the end, and one beyond all numbers of the machine be an OverflowError.
        if not 0 <= offset <= len(self._data):
            raise ElfError("an offset leads out of it")
        return struct.unpack_from(self.order + form, self._data, offset)

    def _read_segments(self) -> Iterator[_Segment]:
        (begin,) = self.read("Q", 32) if self.wide else self.read("I", 28)
        step, count = self.read("HH", 54 if self.wide else 42)
        for index in range(count):
            if self.wide:
                kind, _, offset, address, _, size = self.read("IIQQQQ", begin + index * step)
            else:
                kind, offset, address, _, size = self.read("IIIII", begin + index * step)
            yield _Segment(kind, offset, address, size)

    def needed(self) -> Iterator[str]:
        """The names in the table of needed versions."""
        tags = self._dynamic()
        if _DT_VERNEED not in tags:
            return
        if DT_STRTAB not in tags:
            raise ElfError("it has no table of names")
        names, entry = self.offset(tags[DT_STRTAB]), self.offset(tags[_DT_VERNEED])
        for _ in range(min(tags.get(_DT_VERNEEDNUM, 0), _MOST)):
            _, count, _, first, following = self.read("HHIII", entry)
            at = entry + first
            for _ in range(min(count, _MOST)):
                _, _, _, name, further = self.read("IHHII", at)
                yield self.text(names + name)
                at += further
                if not further:
                    break
            entry += following
            if not following:
                break

    def soname(self) -> str | None:
        """Its own name in the dynamic section."""
        tags = self._dynamic()
        if DT_SONAME not in tags:
            return None
        if DT_STRTAB not in tags:
            raise ElfError("it has no table of names")
        return self.text(self.offset(tags[DT_STRTAB]) + tags[DT_SONAME])

    def _dynamic(self) -> dict[int, int]:
        return {tag: value for _, tag, value in self.dynamic()}

    def dynamic(self) -> Iterator[tuple[int, int, int]]:
        """Each entry of the dynamic section before its end: where in the file it is, its tag and its value."""
        form, width = ("QQ", 16) if self.wide else ("II", 8)
        for segment in self._segments:
            if segment.kind == _PT_DYNAMIC:
                for index in range(min(segment.size // width, _MOST)):
                    place = segment.offset + index * width
                    tag, value = self.read(form, place)
                    if tag == DT_NULL:
                        break
                    yield place, tag, value

    def offset(self, address: int) -> int:
        """Where in the file the byte is that is loaded at ``address``."""
        for segment in self._segments:
            if segment.kind == _PT_LOAD and segment.address <= address < segment.address + segment.size:
                return segment.offset + address - segment.address
        raise ElfError("an address is in no segment")

    def text(self, offset: int) -> str:
        """The name that begins at ``offset``."""
        end = self._data.find(b"\0", offset)
        if end < 0 or end - offset > 1000:
            raise ElfError("a name does not end")
        return self._data[offset:end].decode("ascii", "replace")
