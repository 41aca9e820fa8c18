"""The folders in which an ELF file looks for libraries, without those of the machine that it was built on.

A Python that was built below a home names that home in each of its libraries, as DT_RPATH or DT_RUNPATH (elf(5)). In
a frozen program such a name is of no use, says where it was built, and lets whoever has that folder on another machine
put libraries into it. What begins with $ORIGIN is relative to the file, and stays.
"""

from __future__ import annotations

import stat
import struct
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build.elf import DT_NULL, DT_SONAME, DT_STRTAB, MAGIC, Elf, ElfError
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_DT_NEEDED, _DT_RPATH, _DT_RUNPATH = 1, 15, 29
_DT_AUXILIARY, _DT_FILTER = 0x7FFFFFFD, 0x7FFFFFFF
_NAMES: Final = frozenset({_DT_NEEDED, DT_SONAME, _DT_RPATH, _DT_RUNPATH, _DT_AUXILIARY, _DT_FILTER})
_RELATIVE: Final = (b"$ORIGIN", b"${ORIGIN}")


def clean(folder: Path) -> None:
    """Rewrite each ELF file below ``folder`` that has such a folder. Raises WherryError, OSError."""
    for file in sorted(each for each in folder.rglob("*") if each.is_file() and not each.is_symlink()):
        with file.open("rb") as opened:
            if opened.read(len(MAGIC)) != MAGIC:
                continue
            data = MAGIC + opened.read()
        try:
            cleaned = without_absolute(data)
        except ElfError as exc:
            raise WherryError(f"{file.relative_to(folder).as_posix()} is no sound ELF file: {exc}") from None
        if cleaned != data:
            mode = file.stat().st_mode
            file.chmod(mode | stat.S_IWUSR)
            file.write_bytes(cleaned)
            file.chmod(mode)


def without_absolute(data: bytes) -> bytes:
    """``data`` without folders to look in that are not relative to the file itself. Raises ElfError."""
    try:
        while (shorter := _without_first(data)) is not None:
            data = shorter
    except struct.error:
        raise ElfError("it is cut short") from None
    return data


def _without_first(data: bytes) -> bytes | None:
    """``data`` with the first list of folders that has such cleaned, None where there is none."""
    elf = Elf(data)
    entries = tuple(elf.dynamic())
    table = next((value for _, tag, value in entries if tag == DT_STRTAB), None)
    for index, (_, tag, value) in enumerate(entries):
        if tag not in (_DT_RPATH, _DT_RUNPATH):
            continue
        if table is None:
            raise ElfError("it has no table of names")
        begin = elf.offset(table) + value
        end = data.find(b"\0", begin)
        if end < 0:
            raise ElfError("a name does not end")
        old = data[begin:end]
        new = b":".join(each for each in old.split(b":") if each.startswith(_RELATIVE))
        if not new:
            return _erased(_dropped(elf, data, entries, index), begin, _own(old, value, entries))
        if new != old:
            return _shortened(elf, data, entries, index, begin, old, new)
    return None


def _own(old: bytes, value: int, entries: Sequence[tuple[int, int, int]]) -> int:
    """How many of its bytes no other name can have a part in.

    Linkers let a name be the end of another: a symbol ``lib`` may stand in ``/opt/lib``. No symbol has a slash or a
    colon in it; names of the dynamic section may.
    """
    own = max(old.rfind(b"/"), old.rfind(b":")) + 1
    inside = [other - value for _, tag, other in entries if tag in _NAMES and value < other <= value + own]
    return min([own, *inside])


def _dropped(elf: Elf, data: bytes, entries: Sequence[tuple[int, int, int]], index: int) -> bytes:
    """``data`` without an entry of the dynamic section, those after it moved up."""
    whole = bytearray(data)
    form = elf.order + ("QQ" if elf.wide else "II")
    following = [(tag, value) for _, tag, value in entries[index + 1 :]]
    for (place, _, _), entry in zip(entries[index:], [*following, (DT_NULL, 0)], strict=True):
        struct.pack_into(form, whole, place, *entry)
    return bytes(whole)


def _erased(data: bytes, begin: int, count: int, new: bytes = b"") -> bytes:
    """``data`` with ``new`` and zeros in the place of ``count`` bytes, unless they are the end of a longer name."""
    if not count or data[begin - 1 : begin] != b"\0":
        return data
    return data[:begin] + new.ljust(count, b"\0") + data[begin + count :]


def _shortened(
    elf: Elf, data: bytes, entries: Sequence[tuple[int, int, int]], index: int, begin: int, old: bytes, new: bytes
) -> bytes | None:
    """``data`` with ``new`` for ``old``; None where it finds no place, since another name is the end of this one."""
    place, tag, value = entries[index]
    gone = len(old) - len(new)
    if old.endswith(new):
        whole = bytearray(data)
        struct.pack_into(elf.order + ("QQ" if elf.wide else "II"), whole, place, tag, value + gone)
        return _erased(bytes(whole), begin, gone)
    own = _own(old, value, entries)
    if len(new) < own and data[begin - 1 : begin] == b"\0":
        return _erased(data, begin, own, new)
    return None
