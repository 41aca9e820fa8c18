"""The launcher, made to carry a payload: build/launcher/payload.h has the structure that is filled in. Pure."""

from __future__ import annotations

import re
import struct
from typing import Final

from wherry.commands.release.launcher import elf

_MARK: Final = b"wherry carries".ljust(16, b"\0")
_CARRIED: Final = struct.Struct("<16sQQ128s160s")
_LONGEST_NAME: Final = 100


def carrying(launcher: bytes, name: str, failed: int, payload: bytes) -> bytes:
    """An executable file: ``launcher``, compiled, with ``payload`` as a segment of its own.

    ``name`` is the program's in messages and folders; ``failed`` its exit code when it cannot be started. Raises
    ValueError for another file than the launcher, and a name that is too long or no file's.
    """
    encoded = name.encode()
    if len(encoded) > _LONGEST_NAME or not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._+-]*", name):
        raise ValueError(f"{name!r} is no name for folders and a variable")
    if launcher.count(_MARK) != 1:
        raise ValueError("it is not the launcher")
    at = launcher.index(_MARK)
    added = elf.with_segment(launcher, payload)
    address = next(
        segment.address + at - segment.offset
        for segment in elf.segments(launcher)
        if segment.kind == elf.PT_LOAD and segment.offset <= at < segment.offset + segment.file_size
    )
    filled = _CARRIED.pack(_MARK, added.address - address, failed, encoded, variable(name).encode())
    return added.data[:at] + filled + added.data[at + len(filled) :]


def variable(name: str) -> str:
    """The environment variable that chooses the folder: ``my-tool`` has ``MY_TOOL_RUNTIME_DIR``."""
    return re.sub(r"[^A-Z0-9]", "_", name.upper()) + "_RUNTIME_DIR"
