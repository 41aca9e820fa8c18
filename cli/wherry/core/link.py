"""The Link header field (RFC 8288): how an API says where the next page is."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_TARGET: Final = re.compile(r"[\s,]*<([^>]*)>")
# A parameter: a token, then perhaps a token or a quoted string (RFC 9110 sections 5.6.2 and 5.6.4).
_PARAMETER: Final = re.compile(
    r"""\s*;\s*([\w!#$%&'*+.^`|~-]*)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?""", re.ASCII
)
_ESCAPE: Final = re.compile(r"\\(.)")


class Link(Record):
    """One link. ``target`` is as sent, perhaps relative; ``relations`` are lower-case; ``parameters`` are the rest."""

    target: str
    relations: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = MappingProxyType({})


def parse_links(value: str) -> list[Link]:
    """The links of one field value, in order; reading ends where the value no longer has the form of links."""
    links: list[Link] = []
    at = 0
    while target := _TARGET.match(value, at):
        at = target.end()
        parameters: dict[str, str] = {}
        while parameter := _PARAMETER.match(value, at):
            at = parameter.end()
            name, quoted, bare = parameter.groups()
            # Section 3: of a parameter that may stand once, the first counts.
            parameters.setdefault(name.lower(), _ESCAPE.sub(r"\1", quoted) if quoted is not None else bare or "")
        relations = frozenset(parameters.pop("rel", "").lower().split())
        links.append(Link(target.group(1).strip(), relations, MappingProxyType(parameters)))
    return links


def find_link(values: Iterable[str], relation: str) -> str | None:
    """The target of the first link with ``relation`` in the values of all Link fields, None without one.

    A link with an ``anchor`` speaks about another resource (section 3.2) and is passed over.
    """
    for value in values:
        for link in parse_links(value):
            if relation in link.relations and "anchor" not in link.parameters:
                return link.target
    return None
