"""The operations of a document, and why some of them are not checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from wherry.commands.check.init.openapi.document import Document

# In the order of RFC 9110 section 9.3, PATCH (RFC 5789) and QUERY (OpenAPI 3.2) after them.
_METHODS: Final = ("get", "head", "post", "put", "delete", "options", "trace", "patch", "query")


class Operation(Record):
    """``content`` is what the document says of it, ``item`` what it says of its path. ``where`` is its place there."""

    method: str
    path: str
    content: Mapping[str, Any]
    item: Mapping[str, Any]
    where: str

    @property
    def name(self) -> str:
        """What the document calls it, else its method and its path."""
        given = self.content.get("operationId")
        return given if isinstance(given, str) and given.strip() else f"{self.method} {self.path}"

    @property
    def safe(self) -> bool:
        """Whether calling it changes nothing (RFC 9110 section 9.2.1)."""
        return self.method in ("GET", "HEAD")


def operations(document: Document) -> Iterator[Operation]:
    """All of them, in their order. Raises UsageError for what is not as OpenAPI has it."""
    for path, given in document.map(document.root.get("paths"), "paths").items():
        if not path.startswith("/") or "\0" in unquote(path):
            continue  # an extension, x-..., or nothing that a URL can have
        item = document.map(given, f"paths.{path}")
        for method in _METHODS:
            if method in item:
                where = f"paths.{path}.{method}"
                yield Operation(method.upper(), path, document.map(item[method], where), item, where)
