"""The user's folders, as platformdirs finds them: for configuration, and for what can be fetched again."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from wherry.errors import UsageError

_LINUX: Final[bool] = sys.platform == "linux"


def config_folder() -> Path:
    """Where config.toml is looked for. Raises UsageError for a user without a home."""
    return _usual("XDG_CONFIG_HOME", ".config") or _by_platformdirs("user_config_path")


def cache_folder() -> Path:
    """Where tokens are kept between runs. Raises UsageError for a user without a home."""
    return _usual("XDG_CACHE_HOME", ".cache") or _by_platformdirs("user_cache_path")


def _usual(variable: str, below_home: str) -> Path | None:
    """The usual case on Linux (XDG Base Directory Specification): platformdirs takes 4 ms of a start to import."""
    given, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if not _LINUX or not (given or home).startswith("/"):
        return None
    return (Path(given) if given else Path(home, below_home)) / "wherry"


def _by_platformdirs(which: str) -> Path:
    import platformdirs

    try:
        found: Path = getattr(platformdirs, which)("wherry", appauthor=False)
    except RuntimeError:
        raise UsageError("no home folder is known: set HOME") from None
    return found
