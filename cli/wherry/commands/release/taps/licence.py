"""Expressions of licences, in which package managers differ. Pure."""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = r"[A-Za-z0-9.+-]+"
_FLAT: Final = re.compile(rf"{_NAME}(?: OR {_NAME})+|{_NAME}(?: AND {_NAME})+")


def flat(expression: str) -> tuple[str, tuple[str, ...]]:
    """OR or AND and the licences it joins; an empty word and the expression itself for any other one.

    The grammar is annex D of the SPDX specification 2.3, without parentheses and exceptions.
    """
    if not _FLAT.fullmatch(expression):
        return "", (expression,)
    word = "OR" if " OR " in expression else "AND"
    return word, tuple(expression.split(f" {word} "))
