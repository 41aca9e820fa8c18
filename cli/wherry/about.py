"""Which wherry this is."""

from __future__ import annotations

VERSION = "0.1.0"
USER_AGENT = f"wherry/{VERSION}"


def commit() -> str | None:
    """The commit that the executable was built from; None when run from source."""
    try:
        from wherry_build import COMMIT  # type: ignore[import-not-found,unused-ignore]  # written by build/freeze.py
    except ImportError:
        return None
    return str(COMMIT)
