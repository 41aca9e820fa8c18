"""A document's first suite: one check for each operation that can be called without harm."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.check.init.draft import Check, Draft, literal
from wherry.commands.check.init.openapi.document import Document
from wherry.commands.check.init.openapi.operations import Operation, operations
from wherry.commands.check.init.openapi.parameters import Lacking, sent
from wherry.commands.check.init.openapi.responses import expectations
from wherry.commands.check.init.openapi.security import credentials
from wherry.commands.check.init.openapi.servers import base_url
from wherry.core.expect.show import printable
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MOST_CHECKS: Final = 1000
_LONGEST_NAME: Final = 180
_SHOWN: Final = 10


def draft(root: object, source: str, *, document_url: str = "") -> Draft:
    """The suite for the document ``root``. ``source`` names it; ``document_url`` is where it came from, if it did.

    Raises UsageError for what is no OpenAPI 3 document, for one that cannot be followed, and for one without an
    operation that can be checked.
    """
    document = Document(root, source)
    gathering = _Gathering(document)
    for operation in operations(document):
        gathering.take(operation)
    left_out = tuple(gathering.left_out())
    if not gathering.checks:
        raise UsageError(
            f"{source}: no operation can be checked",
            hint="; ".join(f"left out {words}" for words in left_out) or "it has none",
        )
    base = base_url(document, document_url)
    return Draft(
        intro=tuple(_intro(document, len(gathering.checks), gathering.count, base)),
        base=f"${{env:BASE_URL:-{base}}}" if base else "${env:BASE_URL}",
        checks=tuple(gathering.checks),
        outro=tuple(f"Left out {words}." for words in left_out),
    )


def _intro(document: Document, checks: int, count: int, base: str) -> Iterator[str]:
    info = document.map(document.root.get("info"), "info")
    title = " ".join(str(info[key]) for key in ("title", "version") if info.get(key)) or "an API"
    yield f"A first suite for {title}, written by `wherry check init` from {document.source}"
    yield f"It checks {checks} of {count} operations, and changes nothing. Add what must be, and the rest by hand."
    if not base:
        yield "BASE_URL is where the API is: the document does not say."


class _Gathering:
    """Makes checks, and counts what none is made of."""

    def __init__(self, document: Document) -> None:
        self.checks: list[Check] = []
        self.count = 0
        self._document = document
        self._names: set[str] = set()
        self._unsafe: dict[str, int] = {}
        self._lacking: list[str] = []
        self._elsewhere = self._unknown = self._beyond = 0

    def take(self, operation: Operation) -> None:
        """Raises UsageError for a document that is wrong."""
        self.count += 1
        if not operation.safe:
            self._unsafe[operation.method] = self._unsafe.get(operation.method, 0) + 1
        elif operation.content.get("servers") or operation.item.get("servers"):
            self._elsewhere += 1
        elif len(self.checks) == MOST_CHECKS:
            self._beyond += 1
        else:
            try:
                self._check(operation)
            except Lacking as exc:
                self._lacking.append(f"{operation.name} ({exc})")

    def _check(self, operation: Operation) -> None:
        call = sent(self._document, operation)
        who = credentials(self._document, operation)
        if not who.known:
            self._unknown += 1
            return
        expect, media = expectations(self._document, operation)
        self.checks.append(
            Check(
                name=self._name(operation),
                url="${base}" + call.path,
                method=operation.method,
                query={**call.query, **who.query},
                headers=_headers({"Accept": media} if media else {}, call.headers, who.headers),
                auth=who.auth,
                tags=tuple(_tags(self._document.items(operation.content.get("tags"), operation.where))),
                expect=expect,
            )
        )

    def _name(self, operation: Operation) -> str:
        """A name that no other check has."""
        wanted = printable(" ".join(operation.name.split()))[:_LONGEST_NAME].strip()
        name, again = wanted, 1
        while name in self._names:
            again += 1
            name = f"{wanted} ({again})"
        self._names.add(name)
        return literal(name)

    def left_out(self) -> Iterator[str]:
        """What no check was made of, and why."""
        if self._unsafe:
            yield "as they are not GET or HEAD: " + ", ".join(f"{name} {count}" for name, count in self._unsafe.items())
        if self._lacking:
            shown = ", ".join(self._lacking[:_SHOWN])
            more = f" and {len(self._lacking) - _SHOWN} more" if len(self._lacking) > _SHOWN else ""
            yield f"as the document gives no value for what they need: {shown}{more}"
        if self._elsewhere:
            yield f"as they have a server of their own: {self._elsewhere}"
        if self._unknown:
            yield f"as they authenticate in a way that no check can: {self._unknown}"
        if self._beyond:
            yield f"beyond the first {MOST_CHECKS} checks: {self._beyond}"


def _headers(*sources: Mapping[str, str]) -> dict[str, str]:
    """All of them; the last of a name, in any case, counts, but cookies add up (RFC 6265 section 5.4)."""
    found: dict[str, tuple[str, str]] = {}
    for name, value in (field for source in sources for field in source.items()):
        before = found.get(name.lower())
        found[name.lower()] = (name, f"{before[1]}; {value}" if before and name == "Cookie" else value)
    return dict(found.values())


def _tags(given: Any) -> Iterator[str]:
    for tag in dict.fromkeys(given):
        if isinstance(tag, str) and (word := re.sub(r"[\s,]+", "-", tag.strip(" ,"))):
            yield literal(word)
