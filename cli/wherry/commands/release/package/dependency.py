"""What a package has to do with others, as people write it and as deb and rpm do.

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


KINDS: Final = ("dependencies", "recommends", "suggests", "conflicts", "provides", "replaces")
"""What a package says of others, by GoReleaser's keys."""
# Debian's policy, 7.1: of the others each package is one.
_CHOICES: Final = ("dependencies", "recommends", "suggests")
# What has the C library, by the name that Debian and its like give it, and that of those with rpm.
_GLIBC: Final = {"deb": "libc6", "rpm": "glibc"}


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


def parse(text: str, kind: str = "dependencies") -> tuple[Dependency, ...]:
    """The packages of which one is enough; ``kind`` is one of KINDS. Raises UsageError."""
    found = tuple(_one(each.strip(), text, kind) for each in text.split("|"))
    if len(found) > 1 and kind not in _CHOICES:
        raise UsageError(f"{kind}: {text!r} are several", hint="write each of them for itself")
    if kind == "provides" and found[0].relation not in (None, _RELATIONS["="]):
        raise UsageError(f"{kind}: {text!r} is no one version", hint="write a package's name, or as in git (= 2.30)")
    return found


def with_glibc(dependencies: tuple[str, ...], version: str | None, kind: str) -> tuple[str, ...]:
    """The same and the glibc that the programs need, unless one of them tells it; ``kind`` is deb or rpm.

    Without it, a package is installed where its program cannot start. Raises UsageError.
    """
    names = {each.name for text in dependencies for each in parse(text)}
    told = any(name in _GLIBC.values() or name.startswith("libc.so.6") for name in names)
    if version is None or told:
        return dependencies
    return (*dependencies, f"{_GLIBC[kind]} (>= {version})")


def _one(text: str, whole: str, kind: str) -> Dependency:
    match = _ONE.fullmatch(text)
    relation = match and (match[2] or match[4])
    if match is None or (relation and relation not in _RELATIONS):
        raise UsageError(f"{kind}: {whole!r} is none", hint="write a package's name, and a version as in git (>= 2.30)")
    return Dependency(match[1], _RELATIONS[relation] if relation else None, match[3] or match[5] or "")
