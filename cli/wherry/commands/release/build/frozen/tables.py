"""The tables of contents that PyInstaller writes into its work folder, one for each target of the spec.

Each is a Python literal whose lists hold triples: a name in the program, the path that it came from, and a kind
(https://pyinstaller.org/en/stable/advanced-topics.html#the-toc-and-tree-classes).
"""

from __future__ import annotations

import ast
import os
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Final

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

_MODULES: Final = ("PYMODULE", "PYMODULE-1", "PYMODULE-2")
_KINDS: Final = frozenset(
    {"PYZ", "PYSOURCE", "EXTENSION", "BINARY", "DATA", "EXECUTABLE", "OPTION", "SPLASH", "ZIPFILE", *_MODULES}
)
_CONTENTS_OPTION: Final = "pyi-contents-directory "


class Entry(Record):
    """Something in the program: its ``name`` there, the path of its ``source``, and PyInstaller's word for its kind."""

    name: str
    source: str
    kind: str


class Table(Record):
    """What one target of the spec was made of; ``makes`` is the path of what it made, empty where it does not say."""

    target: str
    makes: str
    entries: tuple[Entry, ...]


def read(folder: Path) -> tuple[Table, ...]:
    """Every table below ``folder``, by name. Raises WherryError for one that is no literal."""
    return tuple(_table(file) for file in sorted(folder.rglob("*.toc")))


def _table(file: Path) -> Table:
    try:
        content = ast.literal_eval(file.read_text("utf-8"))
    except (OSError, ValueError, SyntaxError, MemoryError, RecursionError) as exc:
        raise WherryError(f"reading {file.name} of PyInstaller: {exc}") from None
    first = content[0] if isinstance(content, tuple) and content else None
    makes = first if isinstance(first, str) else ""
    return Table(file.stem.rpartition("-")[0], makes, tuple(dict.fromkeys(_entries(content))))


def _entries(content: Any) -> Iterator[Entry]:
    """All triples, wherever they stand: each version of PyInstaller has its own order of fields around them."""
    if not isinstance(content, tuple | list):
        return
    if isinstance(content, tuple) and len(content) == 3 and content[2] in _KINDS:
        name, source, kind = content
        if isinstance(name, str):
            yield Entry(name, source if isinstance(source, str) else "", kind)
        return
    for each in content:
        yield from _entries(each)


def of_program(tables: Collection[Table], executable: Path) -> tuple[Entry, ...]:
    """What is in the program ``executable``: a file, or the one of this name in a folder that was collected.

    A spec may make several programs; those of a folder are taken together. Where no table tells of it, what is in all.
    """
    chosen = [each for each in tables if each.target == "EXE" and _is_same(each.makes, executable)]
    if not chosen:
        chosen = [
            each
            for each in tables
            if each.target == "COLLECT" and any(_is_program(entry, executable.name) for entry in each.entries)
        ]
    if not chosen:
        chosen = [each for each in tables if each.target != "Analysis"]
    return tuple(dict.fromkeys(entry for each in _with_parts(tables, chosen) for entry in _traced(tables, each)))


def contents_folder(entries: Iterable[Entry]) -> str:
    """What the folder beside a program is called that has all but the program in it; empty where it has none."""
    options = (entry.name for entry in entries if entry.kind == "OPTION")
    return next((each.removeprefix(_CONTENTS_OPTION) for each in options if each.startswith(_CONTENTS_OPTION)), "")


def _with_parts(tables: Collection[Table], chosen: list[Table]) -> list[Table]:
    """The tables, and those of the pieces that they name: executables of a folder, archives of modules."""
    found = list(chosen)
    for table in found:
        for entry in table.entries:
            if entry.kind in ("EXECUTABLE", "PYZ"):
                found += [each for each in tables if each not in found and _is_same(each.makes, Path(entry.source))]
    return found


def _traced(tables: Collection[Table], table: Table) -> Iterator[Entry]:
    """The entries, with the source of each module that was compiled to a file of its own."""
    sources = {
        entry.name: entry.source
        for each in tables
        if each.target == "Analysis"
        for entry in each.entries
        if entry.kind in _MODULES
    }
    for entry in table.entries:
        if entry.kind == "DATA" and entry.name.endswith(".pyc") and "localpycs" in PurePath(entry.source).parts:
            name = entry.name.removesuffix(".pyc").replace(os.sep, ".").removesuffix(".__init__")
            yield Entry(entry.name, sources.get(name, entry.source), entry.kind)
        else:
            yield entry


def _is_program(entry: Entry, name: str) -> bool:
    return entry.kind == "EXECUTABLE" and entry.name == name


def _is_same(path: str, other: Path) -> bool:
    return bool(path) and key(path) == key(str(other))


def key(path: str) -> str:
    """The same for all ways to write the path of one file."""
    return os.path.normcase(os.path.realpath(path))
