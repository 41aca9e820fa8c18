"""A release's version, as dpkg and rpm sort it."""

from __future__ import annotations

import re
from typing import Final

from wherry.errors import UsageError

_VERSION: Final = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)(.*)", re.DOTALL)
# PEP 440's post-releases, `1.2.3-1` among them, and what `git describe` prints, 1.2.3-4-gdeadbee. Any other hyphen
# begins what comes before a release (SemVer 2.0.0, 9).
_AFTER: Final = re.compile(r"[-_.]?(?:post|rev|r)[-_.]?(?=[0-9])|-(?=[0-9]+(?:$|\+|-g[0-9a-f]+))", re.IGNORECASE)
_HYPHEN: Final = re.compile(r"-(?P<number>(?=[0-9]))?")
_BEFORE: Final = re.compile(r"[._]?(?=(?:alpha|beta|preview|pre|rc|a|b|c)(?![a-z]))", re.IGNORECASE)
_DEVELOPED: Final = re.compile(r"[._]?(?=dev(?![a-z]))", re.IGNORECASE)
_DEVELOPED_LATER: Final = re.compile(r"(?<=[0-9])[-._]?(?=dev[0-9]*(?:\+|$))", re.IGNORECASE)


def linux_version(text: str) -> str:
    """``~`` before what comes before a release, and no hyphen (deb-version(7), rpm-version(7)).

    ``1.2.3-rc.1`` and ``1.2.3rc1`` come before ``1.2.3``, and ``1.2.3.dev1`` before both. Raises UsageError.
    """
    match = _VERSION.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no version of a package: it does not begin with a number")
    numbers, rest = match.groups()
    if rest.startswith("!"):
        raise UsageError(f"{text!r} begins with an epoch, which a package cannot have here")
    mark, length = _mark(rest)
    rest = _DEVELOPED_LATER.sub("~", rest[length:])
    return numbers + mark + re.sub(r"[^A-Za-z0-9.+~]", ".", rest)


def _mark(rest: str) -> tuple[str, int]:
    """What stands between the numbers and the rest, and how much of the rest it replaces."""
    if after := _AFTER.match(rest):
        # Not `.post1`, which dpkg sorts behind `.1`.
        return "+post", after.end()
    if hyphen := _HYPHEN.match(rest):
        # SemVer puts numbers before words, and rpm behind them.
        return "~" if hyphen["number"] is None else "~~", 1
    if before := _BEFORE.match(rest):
        return "~", before.end()
    if developed := _DEVELOPED.match(rest):
        # PEP 440 puts these before alphas, which `~dev` would follow.
        return "~~", developed.end()
    return "", 0
