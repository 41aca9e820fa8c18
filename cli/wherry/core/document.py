"""A configuration file, read into a typed value or refused with file and line.

The type is a ``msgspec.Struct``; its fields are the keys. Every file has ``version: 1``. All that is wrong is found in
one pass; the error says the first and carries all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from wherry.core.fit import Fault, Fitter
from wherry.core.interpolate import interpolate
from wherry.core.yaml import Entries, Scalar, load
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from wherry.core.fit import Hook
    from wherry.core.yaml import Node

T = TypeVar("T", bound=msgspec.Struct)

Duration = Annotated[float, Meta(extra_json_schema={"x-quantity": "duration"}, extra={"quantity": "duration"})]
"""A field in seconds that is written as a number of seconds or like ``1m30s``."""
Size = Annotated[int, Meta(extra_json_schema={"x-quantity": "size"}, extra={"quantity": "size"})]
"""A field in bytes that is written as a number of bytes or like ``10MiB``."""
Rate = Annotated[float, Meta(extra_json_schema={"x-quantity": "rate"}, extra={"quantity": "rate"})]
"""A field per second that is written as a number or like ``1500/m``."""


class DocumentError(UsageError):
    """A file that does not say what it should; ``errors`` has a line for everything that is wrong in it."""

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        self.errors = tuple(f"{source}: line {fault.line}: {fault.words}" for fault in faults)
        more = len(self.errors) - 1
        super().__init__(self.errors[0] + (f" (and {more} more)" if more else ""))


def load_document(
    source: str,
    text: str | bytes,
    kind: type[T],
    *,
    environ: Mapping[str, str] | None = None,
    read_file: Callable[[str], str] | None = None,
    hooks: Mapping[Any, Hook] | None = None,
) -> T:
    """Read a whole file of YAML. ``source`` names it in messages.

    ``environ`` and ``read_file`` (see core/interpolate.py) are what ``${...}`` can reach; without, it is just text.
    ``hooks`` make values of types that are no business of msgspec's: each gets the node, and refuses it with ValueError
    or UsageError, or with :class:`wherry.core.fit.Unfit` to name a place within it.

    Raises YamlError, DocumentError, and UsageError for what cannot be interpolated.
    """
    node = load(text, source=source)
    if environ is not None and read_file is not None:
        node = interpolate(node, source=source, environ=environ, read_file=read_file)
    return fit_document(source, node, kind, hooks=hooks)


def fit_document(source: str, node: Node, kind: type[T], *, hooks: Mapping[Any, Hook] | None = None) -> T:
    """The second half of :func:`load_document`, for a document that was read already. Raises DocumentError."""
    if fault := version_fault(node):
        raise DocumentError(source, [fault])
    assert isinstance(node, Entries)
    if not any(field.encode_name == "version" for field in msgspec.structs.fields(kind)):
        values = {key: value for key, value in node.values.items() if key != "version"}
        node = Entries(values, node.keys, node.line, node.column, node.count)
    fitter = Fitter(hooks or {})
    value = fitter.fit(node, kind, "")
    if fitter.faults:
        raise DocumentError(source, sorted(fitter.faults, key=lambda fault: (fault.line, fault.column)))
    return value  # type: ignore[no-any-return]


def version_fault(node: Node) -> Fault | None:
    """What is wrong with the ``version: 1`` that every file has, or with ``node`` as a file at all."""
    if isinstance(node, Scalar) and not node.text:
        return Fault(1, 1, "the file is empty; it begins with version: 1")
    if not isinstance(node, Entries):
        return Fault(node.line, node.column, "the file is not a map; it begins with version: 1")
    version = node.values.get("version")
    if version is None:
        return Fault(node.line, node.column, 'key "version" is missing; write version: 1')
    if not isinstance(version, Scalar) or type(version.value) is not int:
        return Fault(version.line, version.column, "version is a number; write version: 1")
    if version.value != 1:
        words = f"version {version.text} is not known; this wherry reads version 1"
        return Fault(version.line, version.column, words)
    return None


_QUANTITIES = {
    "duration": {"type": ["number", "string"], "minimum": 0, "examples": ["250ms", "30s", "1m30s", "14d"]},
    "size": {"type": ["integer", "string"], "minimum": 0, "examples": ["512", "64KiB", "10MiB"]},
    "rate": {"type": ["number", "string"], "minimum": 0, "examples": ["100/s", "1500/m"]},
}


def schema_of(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a file that is read into ``kind``, closed: no key beyond its fields is allowed.

    A type that a hook makes may say its own schema as a class attribute ``json_schema``; otherwise it admits anything.
    """
    (root,), components = msgspec.json.schema_components(
        [kind], schema_hook=lambda other: getattr(other, "json_schema", {}), ref_template="#/$defs/{name}"
    )
    top = components.pop(root["$ref"].rpartition("/")[2])
    top["properties"] = {"version": {"const": 1}, **{k: v for k, v in top["properties"].items() if k != "version"}}
    top["required"] = ["version", *(name for name in top.get("required", []) if name != "version")]
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **top, "$defs": components}
    if not components:
        del schema["$defs"]
    _close(schema)
    return schema


def _close(schema: Any) -> None:
    """Forbid keys beyond those named, and let quantities be written as text, everywhere in ``schema``."""
    if isinstance(schema, list):
        for item in schema:
            _close(item)
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        schema.setdefault("additionalProperties", False)
    quantity = schema.get("x-quantity")
    if isinstance(quantity, str):
        del schema["x-quantity"]
        schema.update(_QUANTITIES[quantity])
    for item in schema.values():
        _close(item)
