"""A release.yml from disk, judged in every way that there is: types, meaning, the files that it names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wherry.commands.release import disk, meaning, reading
from wherry.core.document import DocumentError
from wherry.core.fit import Fault
from wherry.core.yaml import YamlError
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.release.file import ReleaseFile


def check(path: str) -> tuple[ReleaseFile | None, tuple[Fault, ...]]:
    """All that is wrong with the file at ``path``, and the file, or None where it does not fit its types.

    Raises UsageError for one that cannot be read.
    """
    try:
        text = Path(path).read_bytes()
    except FileNotFoundError:
        raise UsageError(f"{path}: no such file", hint="`wherry release init` writes one") from None
    except OSError as exc:
        raise UsageError(f"reading {path}: {exc.strerror or exc}") from None
    return judge(text, path)


def judge(text: bytes, path: str) -> tuple[ReleaseFile | None, tuple[Fault, ...]]:
    """The same for a file at ``path`` that says ``text``."""
    try:
        found = reading.read(text, path)
    except YamlError as exc:
        return None, (Fault(exc.line, 1, exc.problem),)
    if found.file is None:
        return None, found.faults
    faults = [
        *meaning.faults(found.file, found.root, found.text),
        *disk.faults(found.file, found.root, Path(path).parent),
    ]
    return found.file, reading.in_order(faults)


def load(path: str) -> ReleaseFile:
    """The file at ``path``. Raises UsageError for one that is not valid."""
    file, faults = check(path)
    if file is None or faults:
        raise DocumentError(path, faults)
    return file
