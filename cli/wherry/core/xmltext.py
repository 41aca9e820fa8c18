"""Elements of XML 1.0 as text, every character of which is allowed and means what it should."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is no Char of XML 1.0 (section 2.2), or a control that it discourages and a terminal may obey.
_NO_CHARACTER: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_IN_TEXT: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
# Section 3.3.3: a reader makes a space of a tab or newline that stands in an attribute as it is.
_IN_ATTRIBUTE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#9;"}
)


def element(name: str, attributes: Mapping[str, str], *inside: str) -> str:
    """The element ``name``; what is ``inside`` is XML already, from here or from :func:`text`."""
    if not inside:
        return f"{opening(name, attributes)[:-1]}/>"
    return f"{opening(name, attributes)}{''.join(inside)}</{name}>"


def opening(name: str, attributes: Mapping[str, str]) -> str:
    """Its first tag."""
    pairs = [f' {key}="{_valid(value).translate(_IN_ATTRIBUTE)}"' for key, value in attributes.items()]
    return f"<{name}{''.join(pairs)}>"


def text(value: str) -> str:
    """``value`` as character data; what no XML can hold is spelled out, such as ``\\x1b``."""
    return _valid(value).translate(_IN_TEXT)


def _valid(value: str) -> str:
    return _NO_CHARACTER.sub(_spelled, value)


def _spelled(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
