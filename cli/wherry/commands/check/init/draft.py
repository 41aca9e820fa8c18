"""A suite that is not written yet.

Its texts are as they will stand in the file, with ``${...}`` where something is to be put in: what came from elsewhere
passes :func:`literal` first.
"""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.core.yamltext import Value

_SHORTHAND: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_VARIABLE: Final = re.compile(r"\$\{env:([A-Za-z0-9_]+)\}")


class Expectation(Record):
    """A condition, and why it is this one, on a line of its own."""

    subject: str
    value: Value
    why: str = ""


class Check(Record):
    """One check. ``timeout`` is a duration as written, empty where the default will do."""

    name: str
    url: str
    method: str = "GET"
    query: Mapping[str, Value] = MappingProxyType({})
    headers: Mapping[str, str] = MappingProxyType({})
    auth: Mapping[str, Value] = MappingProxyType({})
    profile: str = ""
    timeout: str = ""
    tags: tuple[str, ...] = ()
    expect: tuple[Expectation, ...] = ()


class Draft(Record):
    """``intro`` are the sentences that the file begins with, ``outro`` those that it ends with.

    ``base`` is what ``${base}`` in the URLs stands for.
    """

    intro: tuple[str, ...]
    base: str
    checks: tuple[Check, ...]
    outro: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that have to be set before it can run, each once."""
        found = dict.fromkeys(_VARIABLE.findall(self.base))
        for check in self.checks:
            found |= dict.fromkeys(_VARIABLE.findall(repr((check.url, check.query, check.headers, check.auth))))
        return tuple(found)


def literal(text: str) -> str:
    """``text`` of someone else, in which ``${`` means nothing."""
    return text.replace("${", "$${")


def member(name: str) -> str:
    """The subject of a member of a JSON object at the top of the body (RFC 9535 section 2.3.1)."""
    if _SHORTHAND.fullmatch(name):
        return f"json.$.{name}"
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"json.$['{''.join(c if c.isprintable() else json.dumps(c)[1:-1] for c in escaped)}']"


def from_environment(*names: str) -> str:
    """The expression for the environment variable that is called after ``names``: ``${env:X_API_KEY}``."""
    words = [word.upper() for name in names for word in _WORDS.findall(name)]
    joined = "_".join(word for at, word in enumerate(words) if at == 0 or word != words[at - 1]) or "VALUE"
    return f"${{env:{'_' if joined[0].isdigit() else ''}{joined}}}"
