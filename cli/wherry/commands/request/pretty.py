"""JSON for eyes: indented and coloured, every token as it was sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.commands.request.jsontext import decode

if TYPE_CHECKING:
    from wherry.ui.paint import Paint

_TOKEN: Final = re.compile(
    r'[\s\ufeff]*(?:("(?:[^"\\\x00-\x1f]|\\.)*")|(-?[0-9][0-9.eE+-]*)|(true|false|null)|([\[\]{},:]))', re.ASCII
)
_COLON: Final = re.compile(r"\s*:")
_OPENING: Final = {"{": "}", "[": "]"}
_INDENT: Final = "  "
# Beyond this, indentation says nothing to an eye any more, and grows with the square of the depth.
_DEEPEST: Final = 100


def pretty_json(text: str, paint: Paint) -> str | None:
    """``text`` indented and coloured; None where it is not JSON, or too deep for it.

    Works on tokens, not on values: numbers keep their digits, objects their doubled keys.
    """
    try:
        decode(text.removeprefix("\ufeff"))
    except ValueError:
        return None
    out: list[str] = []
    closers: list[str] = []
    at, line_is_new, empty, end = 0, False, False, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or len(closers) > _DEEPEST:
            return None
        at = match.end()
        string, number, word, mark = match.groups()
        if mark in ("}", "]"):
            closers.pop()
            out.append(mark if empty else _line(closers) + mark)
            empty = False
            continue
        if empty or line_is_new:
            out.append(_line(closers))
        empty, line_is_new = False, False
        if mark in _OPENING:
            closers.append(_OPENING[mark])
            empty = True
            out.append(mark)
        elif mark == ",":
            line_is_new = True
            out.append(mark)
        elif mark == ":":
            out.append(": ")
        elif string is not None:
            is_key = _COLON.match(text, at) is not None
            out.append(paint(string, "blue", "bold") if is_key else paint(string, "green"))
        else:
            out.append(paint(number, "cyan") if number is not None else paint(word, "yellow"))
    return "".join(out)


def _line(closers: list[str]) -> str:
    return "\n" + _INDENT * len(closers)
