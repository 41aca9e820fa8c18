"""An OpenAPI document as plain data, and what its references lead to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from wherry.core.expect.jsonpath import NotJson, decode
from wherry.core.expect.show import show
from wherry.core.yaml import load, plain
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_BYTES: Final = 32 << 20
"""JSON may be so large; YAML has the limits of core/yaml.py."""
_KNOWN: Final = re.compile(r"3\.[012](\.[0-9].*)?")


def parse(data: bytes, source: str) -> object:
    """The JSON or YAML in ``data``, as plain data. ``source`` names it in messages. Raises UsageError."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return plain(load(data, source=source))
    try:
        return decode(data)
    except NotJson as exc:
        raise UsageError(f"{source}: {exc}") from None


def claims_to_be_openapi(value: object) -> bool:
    """Whether it says of itself that it is such a document, of whichever version."""
    return isinstance(value, dict) and ("openapi" in value or "swagger" in value)


class Document:
    """A document of version 3. ``source`` names it in messages.

    Raises UsageError for another version, and for what is no such document at all.
    """

    def __init__(self, root: object, source: str) -> None:
        self.source = source
        if not isinstance(root, dict) or not claims_to_be_openapi(root):
            raise UsageError(f"{source} is no OpenAPI document: it has no key openapi")
        if "openapi" not in root:
            hint = "convert it to OpenAPI 3 first; the editors and generators of Swagger can"
            raise UsageError(f"{source} is Swagger {root['swagger']}, which is not read", hint=hint)
        version = str(root["openapi"])
        if not _KNOWN.fullmatch(version):
            raise UsageError(f"{source} is OpenAPI {show(version)}; 3.0, 3.1 and 3.2 are read")
        self.root: Mapping[str, Any] = root

    def map(self, value: object, where: str) -> Mapping[str, Any]:
        """``value``, or what it refers to, which is a map; nothing is an empty one. Raises UsageError."""
        found = self.resolved(value, where)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise UsageError(f"{self.source}: {where}: expected a map, got {show(found)}")
        return found

    def items(self, value: object, where: str) -> Sequence[Any]:
        """``value``, which is a list; nothing is an empty one. Raises UsageError."""
        if value is None:
            return ()
        if not isinstance(value, list):
            raise UsageError(f"{self.source}: {where}: expected a list, got {show(value)}")
        return value

    def resolved(self, value: object, where: str) -> object:
        """``value``, or what it refers to where it is a reference.

        Raises UsageError for one that leads out of the document, to nothing, or to itself.
        """
        seen: set[str] = set()
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference in seen:
                raise UsageError(f"{self.source}: {where}: the reference {show(reference)} leads to itself")
            seen.add(reference)
            value = self._at(reference, where)
        return value

    def _at(self, reference: str, where: str) -> object:
        """What a JSON pointer in a fragment stands for (RFC 6901 section 6)."""
        if not reference.startswith("#"):
            hint = "put everything into one document first: it is called bundling"
            raise UsageError(f"{self.source}: {where}: {show(reference)} is in another document", hint=hint)
        found: object = self.root
        pointer = unquote(reference[1:])
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, list) and name.isascii() and name.isdecimal() and len(name) < 9:
                name_at = int(name)
                found = found[name_at] if name_at < len(found) else None
            else:
                found = found.get(name) if isinstance(found, dict) else None
        if found is None or (pointer and not pointer.startswith("/")):
            raise UsageError(f"{self.source}: {where}: there is nothing at {show(reference)}")
        return found
