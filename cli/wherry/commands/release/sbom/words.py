"""Parts of documents that both formats share. Pure."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

BOOTLOADER: Final = "Only its bootloader, with the modules that it loads first, which starts the program"
"""What is in a program of PyInstaller."""
_SAFE: Final = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
_URL: Final = re.compile(
    rf"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{{1,5}})?(?:[/?]{_SAFE})?(?:#{_SAFE})?"
)


def page(url: str | None) -> str | None:
    """The URL where it is one of a page, as RFC 3986 writes it; None for anything else that a distribution may give."""
    return url if url is not None and _URL.fullmatch(url) else None


def moment(epoch_s: int) -> str:
    """A time in RFC 3339, in UTC and whole seconds."""
    return f"{datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=epoch_s):%Y-%m-%dT%H:%M:%SZ}"


def identity(content: Any) -> uuid.UUID:
    """One for each content of a document (RFC 9562, version 5), so that the same document has the same."""
    return uuid.uuid5(uuid.NAMESPACE_OID, msgspec.json.encode(content).decode())


def present(fields: dict[str, Any]) -> dict[str, Any]:
    """Those that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], ())}
