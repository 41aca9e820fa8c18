"""What a scalar without quotes stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.core.late import late_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_INT: Final = late_pattern(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = late_pattern(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_WORDS: Final[Mapping[str, bool | None]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# What a scalar begins with that is a number, and that is anything but text.
_NUMBERS: Final = frozenset("0123456789+-.")
_STARTS: Final = _NUMBERS | frozenset("~nNtTfF")


def scalar(text: str) -> str | int | float | bool | None:
    """The value of one plain scalar, such as stands on a command line: ``12``, ``true``, ``null``, any other text."""
    if text and text[0] not in _STARTS:
        return text
    if text in _WORDS:
        return _WORDS[text]
    # int() of thousands of digits is slow, and refused beyond 4300.
    if text[0] in _NUMBERS and len(text) <= 300:
        if text.isascii() and text.isdecimal():
            return int(text)
        if _INT.fullmatch(text):
            return int(text, 8 if text[1:2] == "o" else 16 if text[1:2] == "x" else 10)
        if _FLOAT.fullmatch(text):
            return float(text.replace(".", "", 1) if text[-1] in "fFnN" else text)
    return text
