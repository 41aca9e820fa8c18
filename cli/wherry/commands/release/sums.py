"""Files of checksums: writes them as sha256sum does, and reads what sha256sum, shasum and BSD's sha256 write. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

# A line of sha256sum begins with a backslash where its name has one, or a line break, spelled out.
_GNU: Final = re.compile(r"(?P<escaped>\\?)(?P<hex>[0-9A-Fa-f]{32,}) [ *](?P<name>.+)")
_BSD: Final = re.compile(r"(?P<escaped>\\?)(?P<kind>[A-Za-z0-9/-]+) ?\((?P<name>.+)\) ?= (?P<hex>[0-9A-Fa-f]{32,})")
_BARE: Final = re.compile(r"(?P<hex>[0-9A-Fa-f]{32,})")
_ESCAPE: Final = re.compile(r"\\(.?)")
_ESCAPES: Final = {"n": "\n", "r": "\r", "\\": "\\"}
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f]")
_SHOWN: Final = 80


class Sum(Record):
    """The SHA-256 of the file ``name``, in lower-case hex, as ``line`` has it (from 1)."""

    name: str
    sha256: str
    line: int


def text(sums: Iterable[tuple[str, str]]) -> str:
    """What `sha256sum -c` reads: names with their sums, by name."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums))


def parse(text: str, only: str | None = None) -> tuple[Sum, ...]:
    """The sums in ``text``, each name once. A sum without a name is that of the file ``only``.

    Of a path only the name counts, for a release lies in one folder. Raises UsageError, with the number of the line,
    for anything else than sums, names that lead elsewhere, and two sums of one name.
    """
    found: dict[str, Sum] = {}
    for number, line in enumerate(text.split("\n"), 1):
        line = line.removesuffix("\r")
        if not line.strip():
            continue
        try:
            name, sha256 = _read(line, only)
        except ValueError as exc:
            raise UsageError(f"line {number}: {exc}") from None
        before = found.setdefault(name, Sum(name, sha256, number))
        if before.sha256 != sha256:
            raise UsageError(f"line {number}: {name} has another checksum in line {before.line}")
    if not found:
        raise UsageError("there is no checksum in it")
    return tuple(found.values())


def _read(line: str, only: str | None) -> tuple[str, str]:
    """Raises ValueError."""
    if match := _BARE.fullmatch(line.strip()):
        if only is None:
            raise ValueError("a checksum without the name of a file")
        return only, _sha256(match["hex"])
    match = _GNU.fullmatch(line) or _BSD.fullmatch(line)
    if match is None:
        shown = line if len(line) <= _SHOWN else f"{line[:_SHOWN]}..."
        raise ValueError(f"this is no checksum and the name of a file: {shown!r}")
    kind = match.groupdict().get("kind") or "SHA256"
    if kind.upper() not in ("SHA256", "SHA2-256"):
        raise ValueError(f"a checksum of {kind}, and only SHA256 is known")
    name = _unescaped(match["name"]) if match["escaped"] else match["name"]
    return _base(name), _sha256(match["hex"])


def _sha256(digits: str) -> str:
    if len(digits) != 64:
        raise ValueError(f"a checksum of SHA-256 has 64 digits, and this has {len(digits)}")
    return digits.lower()


def _unescaped(name: str) -> str:
    def one(match: re.Match[str]) -> str:
        if match[1] not in _ESCAPES:
            raise ValueError(f"\\{match[1]} means nothing in the name of a file")
        return _ESCAPES[match[1]]

    return _ESCAPE.sub(one, name)


def _base(path: str) -> str:
    """The last part of ``path``, which must not lead out of its folder, on any system."""
    if _CONTROL.search(path):
        raise ValueError(f"{path!r} has control characters in it")
    parts = re.split(r"[/\\]", path)
    if ":" in path or "" in parts or ".." in parts or parts[-1] == ".":
        raise ValueError(f"{path!r} is no name of a file of this folder")
    return parts[-1]
