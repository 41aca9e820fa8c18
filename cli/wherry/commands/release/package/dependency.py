"""What a package needs, as people write it and as deb and rpm do.

Both ways of writing are read: ``git (>= 2.30) | git-lite``, Debian's, and ``git >= 2.30``, rpm's.
"""

from __future__ import annotations

import re
from typing import Final

from wherry.core.record import Record
from wherry.errors import UsageError

# Each relation by every way of writing it: (deb's, rpm's).
_RELATIONS: Final = {
    "<<": ("<<", "<"),
    "<": ("<<", "<"),
    "<=": ("<=", "<="),
    "=": ("=", "="),
    "==": ("=", "="),
    ">=": (">=", ">="),
    ">": (">>", ">"),
    ">>": (">>", ">"),
}
_RELATION: Final = "([<>=]{1,2})"
_NAME: Final = r"([A-Za-z0-9/][A-Za-z0-9+._:/-]*(?:\([^()\s<>=]*\))*)"
_ONE: Final = re.compile(rf"{_NAME}(?:\s*\(\s*{_RELATION}\s*([^\s()<>=]+)\s*\)|\s*{_RELATION}\s*([^\s()<>=]+))?")


class Dependency(Record):
    """One package, of a version when ``relation`` (deb's, rpm's) says which."""

    name: str
    relation: tuple[str, str] | None = None
    version: str = ""

    def deb(self) -> str:
        """As a control file has it."""
        return f"{self.name} ({self.relation[0]} {self.version})" if self.relation else self.name

    def rpm(self) -> str:
        """As a spec file has it."""
        return f"{self.name} {self.relation[1]} {self.version}" if self.relation else self.name


def parse(text: str) -> tuple[Dependency, ...]:
    """The packages of which one is enough. Raises UsageError."""
    return tuple(_one(each.strip(), text) for each in text.split("|"))


def _one(text: str, whole: str) -> Dependency:
    match = _ONE.fullmatch(text)
    relation = match and (match[2] or match[4])
    if match is None or (relation and relation not in _RELATIONS):
        raise UsageError(
            f"dependencies: {whole!r} is none", hint="write a package's name, and a version as in git (>= 2.30)"
        )
    return Dependency(match[1], _RELATIONS[relation] if relation else None, match[3] or match[5] or "")
