"""Text of strangers, made safe to show.

A name, a header or a body may hold what moves a terminal's cursor, colours it or turns the direction of writing.
"""

from __future__ import annotations

import re
from typing import Final

# The log of a CI job is obeyed too: ``::`` at the start of a line by GitHub, ``##[`` and ``##vso[`` anywhere in it by
# GitHub and Azure, ``##teamcity[`` by TeamCity. No body of a server may set a variable there.
_COMMAND: Final = re.compile(r"^\s*::|##(?=\w*\[)")


def one_line(text: str) -> str:
    """On one line, and nothing in it that a terminal would obey."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in " ".join(text.split()))


def lines(text: str) -> list[str]:
    """The lines of ``text``, each without anything that a terminal would obey; a tab becomes four spaces."""
    return ["".join(c if c.isprintable() else _in_line(c) for c in line) for line in text.split("\n")]


def cut(text: str, longest: int) -> str:
    """``text`` of at most ``longest`` characters and a note of how many were left out of its middle."""
    if len(text) <= longest:
        return text
    tail = longest // 4
    return f"{text[: longest - tail]} ... {len(text) - longest} characters left out ... {text[-tail:]}"


def no_command(line: str) -> str:
    """``line`` so that no CI system takes it for a command of its own."""
    return _COMMAND.sub(lambda match: f"{match.group()[:-1]} {match.group()[-1]}", line)


def _in_line(character: str) -> str:
    return "    " if character == "\t" else _escaped(character)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
