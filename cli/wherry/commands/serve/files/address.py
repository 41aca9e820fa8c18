"""From the path in a request to the names of a file, one by one. Pure: whether they exist is files/beneath's matter."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import quote_from_bytes, unquote_to_bytes

_BAD_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Reserved by Windows in any folder and with any extension; opening one talks to a device.
_WINDOWS_DEVICE: Final = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?")


class Refusal(StrEnum):
    """Why a path names nothing that could be served."""

    MALFORMED = "the path is not valid"
    TRAVERSAL = "the path leads out of the served folder"
    HIDDEN = "names that begin with a dot are not served"


@dataclass(frozen=True, slots=True)
class Address:
    """``names`` lead from the served folder to the file; ``folder`` says that the path ended in a slash."""

    names: tuple[str, ...]
    folder: bool

    @property
    def location(self) -> str:
        """The path of this folder as an absolute reference, trailing slash included."""
        # No name is empty, so this never begins with "//", which would name another host.
        return "".join(f"/{href(name)}" for name in self.names) + "/"


def href(name: str) -> str:
    """``name`` as a segment of a URL: every byte of the file's name that is not unreserved is encoded."""
    return quote_from_bytes(os.fsencode(name), safe="")


def read_path(raw_path: str, *, hidden: bool, windows: bool) -> Address | Refusal:
    """Split a path as sent (``/a%20b/c``); ``hidden`` lets names that begin with a dot through, as ``.well-known`` is.

    Segments are split before they are decoded, so that an encoded slash never makes a new one. ``windows``: also
    refuse what that system reads as a drive, a stream or a device.
    """
    if not raw_path.startswith("/") or _BAD_PERCENT.search(raw_path):
        return Refusal.MALFORMED
    segments = raw_path[1:].split("/")
    folder = segments[-1] == ""
    if folder:
        segments.pop()
    names = []
    for segment in segments:
        try:
            name = os.fsdecode(unquote_to_bytes(segment))
        except UnicodeDecodeError:  # Windows only: elsewhere any byte can be part of a name
            return Refusal.MALFORMED
        if name in (".", ".."):
            return Refusal.TRAVERSAL
        if not name or any(c in name for c in "/\\\0"):
            return Refusal.MALFORMED
        if windows and (any(c in name for c in ':*?"<>|') or name[-1] in ". " or _WINDOWS_DEVICE.fullmatch(name)):
            return Refusal.MALFORMED
        if not hidden and name.startswith(".") and name != ".well-known":
            return Refusal.HIDDEN
        names.append(name)
    return Address(tuple(names), folder)
