"""What a Linux package says of itself."""

from __future__ import annotations

import re
from typing import Final

from wherry.core.record import Record
from wherry.errors import UsageError

# Debian's policy, 5.6.1; rpm takes more, and what takes both is the same file's name in both.
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9+.-]+")
_LINES: Final = ("maintainer", "homepage", "license", "vendor", "section")


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
    dependencies: tuple[str, ...] = ()


def check(facts: PackageFacts) -> None:
    """Raises UsageError for a name that packages cannot have, and for lines that are several."""
    if not _NAME.fullmatch(facts.name):
        raise UsageError(
            f"{facts.name!r} is no name of a package",
            hint="two or more of a to z, 0 to 9, +, - and ., the first of them a letter or digit",
        )
    for field in _LINES:
        text = getattr(facts, field)
        if text is not None and not text.isprintable():
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
