"""What the launcher carries, byte for byte: build/launcher/payload.h has the same structures. Pure."""

from __future__ import annotations

import hashlib
import stat
import struct
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

RESERVED: Final = 1024
"""The room for the path of the loader, and for that of libraries, in the program; bytes."""
_HEAD: Final = struct.Struct("<40s5Q4I")
_FILE: Final = struct.Struct("<QII32s")
_MOST: Final = 1 << 32  # paths are found by 32 bits, and programs that large are not executed


class Packed(NamedTuple):
    """A file to unpack; ``mode`` as stat has it. The content of a symbolic link is the path that it leads to."""

    path: str
    mode: int
    content: bytes


class Program(NamedTuple):
    """Files, of which the first is the program.

    ``interpreter_at`` and ``library_path_at`` are where it has room for two paths; file number ``loader`` is the
    dynamic loader, and so many ``libraries`` follow it that others link. With 0 of them it cannot be run from memory.
    ``variables`` are NAME=VALUE for its environment, NAME= for its own path, NAME for what is taken out.
    """

    files: Sequence[Packed]
    interpreter_at: int
    library_path_at: int
    loader: int
    libraries: int = 0
    variables: Sequence[str] = ()


def plain(program: Program) -> bytes:
    """All files one behind the other, which is what is compressed."""
    return b"".join(file.content for file in program.files)


def encode(program: Program, frame: bytes) -> bytes:
    """The payload; ``frame`` is what zstd makes of :func:`plain`. Raises ValueError for what cannot be written down."""
    digests = [hashlib.blake2b(file.content, digest_size=32).digest() for file in program.files]
    for file in program.files:
        _check(file)
    names_at = _HEAD.size + len(program.files) * _FILE.size
    names = bytearray()
    rows = []
    for file, digest in zip(program.files, digests, strict=True):
        rows.append(_FILE.pack(len(file.content), file.mode, names_at + len(names), digest))
        names += _path(file) + b"\0"
    variables_at = names_at + len(names)
    names += b"".join(variable.encode() + b"\0" for variable in program.variables) + b"\0"
    head = _HEAD.pack(
        identity(program, digests).encode(), sum(len(file.content) for file in program.files),
        program.interpreter_at, program.library_path_at, names_at + len(names), len(frame),
        variables_at, len(program.files), program.loader, program.libraries,
    )  # fmt: skip
    return b"".join((head, *rows, names, frame))


def identity(program: Program, digests: Sequence[bytes]) -> str:
    """What the unpacked folder is called: a hash of everything in it, and of what it is started with."""
    digest = hashlib.blake2b(digest_size=16)
    for file, content in zip(program.files, digests, strict=True):
        digest.update(b"%s %o %s\n" % (_path(file), file.mode, content.hex().encode()))
    digest.update("\n".join(program.variables).encode())
    return digest.hexdigest()


def _path(file: Packed) -> bytes:
    return file.path.encode("utf-8", "surrogateescape")


def _check(file: Packed) -> None:
    path = file.path
    if not path or path.startswith("/") or {"", ".", ".."} & {*path.split("/")} or "\0" in path:
        raise ValueError(f"{path!r} is no path of a file in a folder")
    if not (stat.S_ISREG(file.mode) or stat.S_ISLNK(file.mode)):
        raise ValueError(f"{path} is neither a file nor a symbolic link")
    if len(file.content) >= _MOST:
        raise ValueError(f"{path} has more than 4 GiB")
