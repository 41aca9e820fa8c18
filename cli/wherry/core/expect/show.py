"""Values in the words of a verdict: printable, on one line, short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.expect.subject import Shape
from wherry.core.quantity import format_duration, format_size
from wherry.core.redact import is_secret_header
from wherry.core.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable

_LIMIT: Final = 80
# Encoding a whole megabyte to show eighty characters of it would be waste: no value needs more than this for its start.
_ENOUGH: Final = 400


def show(value: object, shape: Shape = Shape.JSON) -> str:
    """``value`` as JSON writes it, or as a quantity where ``shape`` is one; at most about 80 characters."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if shape is Shape.DURATION:
            return format_duration(value)
        if shape is Shape.SIZE:
            return format_size(int(value))
    return shortened(printable(_json(value)))


def shortened(text: str) -> str:
    """The start of ``text``, when it is long."""
    return text if len(text) <= _LIMIT else text[: _LIMIT - 1] + "…"


def printable(text: str) -> str:
    """``text`` with control characters, lone surrogates and marks that turn the direction escaped."""
    return text if text.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, (list, tuple)):
        return f"[{_joined(_json(item) for item in value)}]"
    if isinstance(value, dict):
        return f"{{{_joined(_member(str(key), item) for key, item in value.items())}}}"
    return (
        {None: "null", True: "true", False: "false"}[value] if value is None or isinstance(value, bool) else f"{value}"
    )


def _member(key: str, value: object) -> str:
    return f"{_quoted(key)}: {MASK if is_secret_header(key) else _json(value)}"


def _joined(parts: Iterable[str]) -> str:
    taken: list[str] = []
    length = 0
    for part in parts:
        taken.append(part)
        length += len(part)
        if length > _ENOUGH:
            break
    return ", ".join(taken)


def _quoted(text: str) -> str:
    text = text[:_ENOUGH]
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    from json import dumps  # takes milliseconds to load

    return dumps(text, ensure_ascii=False)
