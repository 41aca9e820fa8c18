"""What a terminal can show."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeAlias

    from wherry.ui.paint import Paint

    Painted: TypeAlias = tuple[str, int]  # a line, and how many columns it takes


class Look(Record):
    """``blocks``: whether characters such as ``▓`` are to be seen."""

    paint: Paint
    blocks: bool


def shows_blocks(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether the locale is one of UTF-8, as POSIX has it (LC_ALL, then LC_CTYPE, then LANG). Windows always is."""
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return platform == "win32" or "utf8" in locale.lower().replace("-", "")
