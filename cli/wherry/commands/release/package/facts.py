"""What a Linux package says of itself."""

from __future__ import annotations

import re

from wherry.core.record import Record
from wherry.errors import UsageError


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


def linux_version(text: str) -> str:
    """A version as dpkg and rpm sort it: ``~`` before what comes before a release, and no hyphen.

    ``1.2.3-rc.1`` and ``1.2.3rc1`` come before ``1.2.3`` (deb-version(7), rpm-version(7)). Raises UsageError.
    """
    match = re.fullmatch(r"v?(\d+(?:\.\d+)*)(.*)", text)
    if match is None:
        raise UsageError(f"{text!r} is no version of a package: it does not begin with a number")
    numbers, rest = match.groups()
    before = re.match(r"[-_.]?(?=a|b|c|rc|pre|dev|alpha|beta)|-(?!\d)", rest, re.IGNORECASE)
    if before:
        rest = "~" + rest[before.end() :]
    return numbers + re.sub(r"[^A-Za-z0-9.+~]", ".", rest)


def summary(description: str) -> tuple[str, list[str]]:
    """The first line without its full stop, and the lines after it."""
    first, *rest = description.strip().splitlines() or [""]
    return first.strip().removesuffix("."), rest
