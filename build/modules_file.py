"""Write the one file that holds all modules and data of the frozen program; build/launcher/importer.py reads it.

It begins with eight bytes that name its format, then offset and size (64 bits each, in the machine's byte order) of
five parts: the importer, the three modules of the codec that Python needs before it, and the table of contents. All
code is marshalled bytecode, of one version of Python.
"""

from __future__ import annotations

import marshal
import struct
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lazy import Lazy

MAGIC = b"wherry\0\1"
HEAD = struct.Struct("=8s10Q")
CODEC = ("encodings", "encodings.aliases", "encodings.utf_8")
MODULE, PACKAGE, LIBRARY = range(3)
IMPORTER = Path(__file__).resolve().parent / "launcher" / "importer.py"


class Bytecode(NamedTuple):
    """A module as it is stored."""

    package: bool
    code: bytes


def write(
    path: Path,
    modules: dict[str, Bytecode],
    libraries: dict[str, tuple[str, int]],
    data: dict[str, bytes],
    first: Sequence[str],
    lazy: Lazy,
) -> None:
    """Write ``modules`` by name, those named in ``first`` in that order before the others, with ``data`` by path.

    ``libraries`` are the extension modules: the file that each one is, relative to the program, and its place among
    the payload's files.
    """
    offset = HEAD.size
    pieces: list[bytes] = []

    def add(piece: bytes) -> tuple[int, int]:
        nonlocal offset
        at = offset
        pieces.append(piece)
        offset += len(piece)
        return at, len(piece)

    importer = add(compiled(IMPORTER, "importer.py"))
    order = [*(name for name in first if name in modules), *sorted(modules.keys() - set(first))]
    placed = {name: add(modules[name].code) for name in order}
    contents: dict[str, tuple[int, int, int] | tuple[int, str, int]] = {
        name: (PACKAGE if modules[name].package else MODULE, *placed[name]) for name in placed
    }
    contents |= {name: (LIBRARY, *libraries[name]) for name in sorted(libraries)}
    resources = {name: add(data[name]) for name in sorted(data)}
    table = add(marshal.dumps((contents, resources, (lazy.modules, lazy.early, dict(lazy.classes)))))
    parts = (importer, *(placed[name] for name in CODEC), table)
    head = HEAD.pack(MAGIC, *(number for part in parts for number in part))
    path.write_bytes(b"".join((head, *pieces)))


def with_modules(contents: bytes, modules: dict[str, bytes]) -> bytes:
    """The same file with other top-level modules, bytecode by name, beside or in place of those it has."""
    magic, *parts = HEAD.unpack_from(contents)
    at, size = parts[-2:]
    table = marshal.loads(contents[at : at + size])
    pieces = [contents]
    offset = len(contents)
    for name, code in modules.items():
        table[0][name] = (MODULE, offset, len(code))
        pieces.append(code)
        offset += len(code)
    pieces.append(marshal.dumps(table))
    head = HEAD.pack(magic, *parts[:-2], offset, len(pieces[-1]))
    return head + b"".join(pieces)[HEAD.size :]


def compiled(source: Path, name: str) -> bytes:
    """The bytecode of a file, without assertions; ``name`` is what tracebacks call it."""
    return marshal.dumps(compile(source.read_bytes(), name, "exec", dont_inherit=True, optimize=1))
