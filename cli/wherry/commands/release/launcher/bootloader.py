"""PyInstaller's program, with room for the loader and the path of libraries that unpacking writes into it. Pure."""

from __future__ import annotations

from typing import Final, NamedTuple

from wherry.commands.release.launcher import elf
from wherry.commands.release.launcher.payload import RESERVED

VARIABLES: Final = (
    "_PYI_ARCHIVE_FILE=", "_PYI_PARENT_PROCESS_LEVEL=0", "_PYI_APPLICATION_HOME_DIR", "_PYI_LINUX_PROCESS_NAME",
    "_PYI_SPLASH_IPC", "PYINSTALLER_RESET_ENVIRONMENT",
)  # fmt: skip
"""With which it takes itself for one that has set LD_LIBRARY_PATH and executed itself again already, of which there is
no need: see pyi_main.c of PyInstaller's bootloader, since 6.10. An older one does it again."""


class Prepared(NamedTuple):
    """The program, and where in it the two paths go, RESERVED bytes each."""

    data: bytes
    interpreter_at: int
    library_path_at: int


def prepared(data: bytes) -> Prepared:
    """Move the names of its dynamic section into a segment with room for two more. Raises ValueError."""
    entries = elf.dynamic(data)
    end = next((index for index, entry in enumerate(entries) if entry.tag == elf.DT_NULL), None)
    headers = elf.segments(data)
    loader = next((index for index, header in enumerate(headers) if header.kind == elf.PT_INTERP), None)
    if loader is None or end is None:
        raise ValueError("it is no dynamic program")
    values = {entry.tag: entry for entry in entries[:end]}
    names_at, names_size = values[elf.DT_STRTAB], values[elf.DT_STRSZ]
    begin = elf.offset(data, names_at.value)
    names = data[begin : begin + names_size.value]
    added = elf.with_segment(data, bytes(RESERVED) + names + bytes(RESERVED))
    place = _place(values, entries, end)
    made = elf.with_entry(added.data, names_at.at, elf.DT_STRTAB, added.address + RESERVED)
    made = elf.with_entry(made, names_size.at, elf.DT_STRSZ, names_size.value + RESERVED)
    made = elf.with_entry(made, place.at, elf.DT_RPATH, names_size.value)
    old = elf.segments(made)[loader]
    made = elf.with_header(
        made, loader,
        old._replace(
            offset=added.offset, address=added.address, physical=added.address,
            file_size=RESERVED, memory_size=RESERVED,
        ),
    )  # fmt: skip
    return Prepared(made, added.offset, added.offset + RESERVED + names_size.value)


def _place(values: dict[int, elf.Entry], entries: list[elf.Entry], end: int) -> elf.Entry:
    """An entry for the path: one that it has, an empty one, or that of a debugger."""
    for tag in (elf.DT_RPATH, elf.DT_RUNPATH):
        if tag in values:
            return values[tag]
    if end + 1 < len(entries):
        return entries[end]
    if elf.DT_DEBUG in values:
        return values[elf.DT_DEBUG]
    raise ValueError("its dynamic section is full")


def inheriting(data: bytes) -> bytes:
    """A shared library that finds what it needs in the program's path too.

    One with DT_RUNPATH does not, as ld.so(8) says; with DT_RPATH, which is otherwise the same, it does. Raises
    ValueError.
    """
    for entry in elf.dynamic(data):
        if entry.tag == elf.DT_RUNPATH:
            data = elf.with_entry(data, entry.at, elf.DT_RPATH, entry.value)
    return data


def loader(data: bytes) -> str | None:
    """The path of the loader that a program names; None for a library. Raises ValueError."""
    for segment in elf.segments(data):
        if segment.kind == elf.PT_INTERP:
            return data[segment.offset : segment.offset + segment.file_size].rstrip(b"\0").decode()
    return None
