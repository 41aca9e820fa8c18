"""From paths to files: what is named, and what is a suite in a folder that is."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.core.suggest import closest
from wherry.core.yaml import Entries, Scalar, YamlError, load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wherry.commands.check.suite.faults import Faults
    from wherry.core.yaml import Node

STDIN: Final = "-"
_ENDINGS: Final = (".yaml", ".yml")


class Source(Record):
    """A file that was read. ``shown`` is its path as given, ``key`` the same for every path to it."""

    shown: str
    key: str
    folder: Path
    node: Node


def sources(paths: Sequence[str], faults: Faults) -> Iterator[Source]:
    """The files that ``paths`` name, and the suites in the folders that they name, in order, each once."""
    seen: set[str] = set()
    for path in paths:
        found = list(_of(path, faults))
        for source in found:
            if source.key not in seen:
                seen.add(source.key)
                yield source


def _of(path: str, faults: Faults) -> Iterator[Source]:
    faults.begin(path)
    if path != STDIN and Path(path).is_dir():
        before = len(faults.found)
        found = [source for file in _files(Path(path)) if (source := read(str(file), faults)) and is_suite(source.node)]
        if not found and len(faults.found) == before:
            faults.add(path, 0, 0, "no suite is in this folder: a suite is a .yaml or .yml file that has checks")
        yield from found
    elif (source := read(path, faults)) is not None:
        yield source


def _files(folder: Path) -> Iterator[Path]:
    """The YAML files below ``folder``, sorted, but none that are hidden."""
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(_ENDINGS) and not name.startswith("."):
                yield Path(root, name)


def read(path: str, faults: Faults) -> Source | None:
    """The file at ``path``, or standard input for ``-``; None where a fault has been noted."""
    shown = "standard input" if path == STDIN else path
    faults.begin(shown)
    try:
        data = sys.stdin.buffer.read() if path == STDIN else Path(path).read_bytes()
    except OSError as exc:
        faults.add(shown, 0, 0, f"reading the file: {exc.strerror or exc}")
        return None
    try:
        node = load(data, source=shown, packed="checks")
    except YamlError as exc:
        faults.add(shown, exc.line, exc.column, exc.problem)
        return None
    if path == STDIN:
        return Source(shown, STDIN, Path(), node)
    return Source(shown, os.path.realpath(path), Path(path).parent, node)


def is_suite(node: Node) -> bool:
    """Whether a file of a folder is meant to be a suite. A slip of the pen must not keep a gate from being closed, and
    other files of version 1 have other keys.
    """
    if not isinstance(node, Entries):
        return False
    if {"checks", "include"} & node.values.keys():
        return True
    version = node.values.get("version")
    return (
        isinstance(version, Scalar) and version.value == 1
        and ({"vars", "defaults"} <= node.values.keys() or any(closest(key, ["checks"]) for key in node.values))
    )  # fmt: skip
