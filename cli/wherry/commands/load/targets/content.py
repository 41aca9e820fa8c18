"""The body that the command line gives."""

from __future__ import annotations

import mimetypes
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.load.targets.stream import pieces
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.load.options import Content
    from wherry.commands.load.targets.stream import Left

_JSON: Final = "application/json"


def read(content: Content, left: Left, *, checked: bool) -> tuple[bytes, str | None]:
    """The body, and its Content-Type where that is known. ``checked``: what is said to be JSON must be.

    Raises UsageError for what cannot be read, and for what is not JSON; and what ``left`` raises.
    """
    text = content.text
    if text.startswith("@") and (content.json or not text.startswith("@@")):
        data, name = _file(text[1:], left), "standard input" if text == "@-" else text[1:]
        kind = _JSON if content.json else _guess(name)
    else:
        data = (text if content.json else text.removeprefix("@")).encode("utf-8", "surrogateescape")
        name, kind = "the value of --json", _JSON if content.json else None
    if content.json and checked:
        check_json(data, name)
    return data, kind


def check_json(data: bytes, name: str) -> None:
    """Raise UsageError where ``data``, which is called ``name``, is not JSON."""
    from wherry.core.expect.jsonpath import NotJson, decode

    try:
        decode(data)
    except NotJson as exc:
        raise UsageError(f"{name} is {exc}", hint="text is JSON in double quotes: --json '\"text\"'") from None


def _file(path: str, left: Left) -> bytes:
    try:
        if path == "-":
            with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as file:
                return b"".join(pieces(file, left))
        return Path(path).read_bytes()
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) else str(exc)
        raise UsageError(f"reading {'standard input' if path == '-' else path}: {reason}") from None


def _guess(path: str) -> str | None:
    # Python's own table, not the machine's: the same file is the same type everywhere.
    return mimetypes.MimeTypes().guess_type(path)[0]
