"""The lines that minisign's keys and signatures are made of. Pure."""

from __future__ import annotations

import base64
import binascii
from typing import Final

COMMENT: Final = "untrusted comment: "
TRUSTED: Final = "trusted comment: "


def lines_of(text: str) -> list[str]:
    """The lines, ended by LF or CRLF."""
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def decoded(line: str, length: int) -> bytes | None:
    """The ``length`` bytes that ``line`` has in Base64; None where it has others, or is not as an encoder writes it."""
    try:
        data = base64.b64decode(line.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if len(data) == length and encoded(data) == line else None


def encoded(data: bytes) -> str:
    """In Base64."""
    return base64.b64encode(data).decode("ascii")


def key_name(key_id: bytes) -> str:
    """``3721ED22A3F669A4``: the id of a key as minisign shows it."""
    return f"{int.from_bytes(key_id, 'little'):016X}"
