"""What a formula is called, and how a text stands in it. Pure."""

from __future__ import annotations

import re
from typing import Final

from wherry.errors import UsageError

# With # a text begins to be Ruby: "#{...}", and "#@name" and "#$name".
_SPECIAL: Final = re.compile(r'[\\"#]')
_CONSTANT: Final = re.compile(r"[A-Z]\w*", re.ASCII)


def quoted(text: str) -> str:
    """``text``, which has no control characters, as a string of Ruby that stands for just that."""
    return '"' + _SPECIAL.sub(r"\\\g<0>", text) + '"'


def class_name(name: str) -> str:
    """The class that Homebrew looks for in the file NAME.rb (``Formulary.class_s``): foo-bar is FooBar.

    Raises UsageError for a name of which no class can be called.
    """
    found = re.sub(r"[-_.\s]([a-zA-Z0-9])", lambda match: match[1].upper(), name[:1].upper() + name[1:].lower())
    found = re.sub(r"(.)@(\d)", r"\1AT\2", found.replace("+", "x"), count=1)
    if not _CONSTANT.fullmatch(found):
        raise UsageError(f"{name!r} is no name of a formula: Homebrew would look for a class {found}")
    return found
