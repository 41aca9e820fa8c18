"""The newest glibc that a program needs. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

_GLIBC: Final = re.compile(r"GLIBC_(\d{1,9}(?:\.\d{1,9}){1,3})", re.ASCII)
# Packed relative relocations; the loader that knows them, and this name for them, came with 2.36.
_BY_NAME: Final = {"GLIBC_ABI_DT_RELR": "2.36"}


class Need(Record):
    """A file and the newest ``version`` of glibc, such as 2.28, that one of its symbols (or ``symbol``) asks for."""

    file: str
    symbol: str
    version: str


def newest(file: str, versions: Iterable[str]) -> Need | None:
    """What ``file`` needs, by the symbol versions in it; None when it needs no glibc."""
    found = []
    for symbol in versions:
        match = _GLIBC.fullmatch(symbol)
        version = match[1] if match else _BY_NAME.get(symbol)
        if version:
            found.append(Need(file, symbol, version))
    return max(found, key=lambda need: (order(need.version), need.symbol), default=None)


def order(version: str) -> tuple[int, ...]:
    """What versions are compared by."""
    return tuple(map(int, version.split(".")))
