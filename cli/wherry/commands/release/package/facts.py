"""What a Linux package says of itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.commands.release.package.dependency import parse
from wherry.commands.release.package.scripts import Scripts
from wherry.core.record import Record
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.release.package.dependency import Dependency

# Debian's policy, 5.6.1; rpm takes more, and what takes both is the same file's name in both.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
LINES: Final = ("maintainer", "homepage", "license", "vendor", "section", "priority")
"""What is one line of text in both formats, by GoReleaser's keys."""


class PackageFacts(Record):
    """``version`` is as people write it, ``processor`` in Go's words; None is what is not said."""

    name: str
    version: str
    processor: str
    description: str
    maintainer: str | None = None
    homepage: str | None = None
    license: str | None = None
    vendor: str | None = None
    section: str = "utils"
    priority: str = "optional"
    dependencies: tuple[str, ...] = ()
    recommends: tuple[str, ...] = ()
    suggests: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    scripts: Scripts = Scripts()

    def relations(self, kind: str) -> tuple[tuple[Dependency, ...], ...]:
        """What it says of others, each as the packages of which one is meant; ``kind`` is one of KINDS."""
        return tuple(parse(text, kind) for text in getattr(self, kind))


def check(facts: PackageFacts) -> None:
    """Raises UsageError for a name that packages cannot have, and for lines that are several."""
    check_name(facts.name)
    for field in LINES:
        check_line(field, getattr(facts, field))


def check_name(name: str) -> None:
    """Raises UsageError for a name that packages cannot have."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name of a package",
            hint="two or more of a to z, 0 to 9, +, - and ., the first of them a letter or digit",
        )


def check_line(field: str, text: str | None) -> None:
    """Raises UsageError for text of several lines."""
    if text is not None and _BREAKS.search(text):
        raise UsageError(f"{field}: {text!r} is not one line of text")


def summary(facts: PackageFacts) -> tuple[str, list[str]]:
    """The first line of the description without its full stop, and the lines after it, without empty ones around.

    The name stands for a description that is missing.
    """
    lines = [line.rstrip().expandtabs(4) for line in facts.description.strip().splitlines()]
    first, *rest = lines or [facts.name]
    while rest and not rest[0]:
        del rest[0]
    return first.removesuffix("."), rest
