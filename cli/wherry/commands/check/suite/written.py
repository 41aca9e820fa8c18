"""Values of a suite that keep their nodes, and the hooks that read them.

What they are in the end is known when the check is about to run: they may hold ``${check.capture}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from wherry.core.expect.jsonpath import JsonPath, compile_path
from wherry.core.expect.pattern import Pattern, compile_pattern
from wherry.core.fit import Unfit
from wherry.core.template import Filled
from wherry.core.yaml import Entries, Items, Node, Scalar

if TYPE_CHECKING:
    from wherry.core.fit import Hook


class Written:
    """A value that keeps its node."""

    __slots__ = ("node",)
    json_schema: ClassVar[dict[str, Any]] = {}

    def __init__(self, node: Node) -> None:
        self.node = node


class Text(Written):
    """A text; what YAML takes for a number or a boolean is one too."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {"type": ["string", "number", "boolean"]}
    node: Scalar


class Texts(Written):
    """A text, or several."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {
        "type": ["string", "number", "boolean", "array", "null"],
        "items": {"type": ["string", "number", "boolean"]},
    }


class Where(Written):
    """A target."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1, "examples": ["https://example.com/up"]}
    node: Scalar


class Data(Written):
    """Any value."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {"type": ["string", "number", "boolean", "null", "array", "object"]}


class Body(Written):
    """A text, or the content of a file."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {
        "anyOf": [
            {"type": "string"},
            {
                "type": "object",
                "properties": {"file": {"type": "string"}},
                "required": ["file"],
                "additionalProperties": False,
            },
        ]
    }


class Expectations(Written):
    """A map of subjects to what they must be."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {"type": "object", "minProperties": 1, "examples": [{"status": 200}]}
    node: Entries


class Axis(Written):
    """The values that one key of a matrix takes."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {
        "type": "array", "minItems": 1, "items": {"type": ["string", "number", "boolean"]},
    }  # fmt: skip
    node: Items


class Each(Written):
    """A list, or a captured one."""

    __slots__ = ()
    json_schema: ClassVar[dict[str, Any]] = {
        "anyOf": [{"type": "array", "minItems": 1}, {"type": "string", "pattern": r"^\$\{.*\}$"}]
    }


class Path:
    """A JSON path (RFC 9535)."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1, "examples": ["$.token"]}

    def __init__(self, path: JsonPath) -> None:
        self.path = path


class Regex:
    """A regular expression."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1, "format": "regex"}

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern


def _text(node: Node) -> Text:
    if not isinstance(node, Scalar) or node.value is None:
        raise Unfit(node, f"expected text, got {_what(node)}")
    return Text(node)


def _texts(node: Node) -> Texts:
    for item in node.items if isinstance(node, Items) else (node,):
        if not isinstance(item, Scalar) or (item.value is None and item is not node):
            raise Unfit(item, f"expected text or a list of texts, got {_what(item)}")
    return Texts(node)


def _where(node: Node) -> Where:
    if not isinstance(node, Scalar) or node.value is None:
        raise Unfit(node, f"expected a target such as https://example.com/up, got {_what(node)}")
    return Where(node)


def _body(node: Node) -> Body:
    if isinstance(node, Entries):
        path = node.values.get("file")
        if len(node.values) != 1 or not isinstance(path, Scalar) or not path.text:
            raise Unfit(node, "expected text or {file: PATH}; an object to send as JSON stands under json")
    elif isinstance(node, Items):
        raise Unfit(node, "expected text or {file: PATH}; a list to send as JSON stands under json")
    elif node.value is None:
        raise Unfit(node, 'expected text or {file: PATH}, got nothing; write "" for an empty body')
    return Body(node)


def _expectations(node: Node) -> Expectations:
    if not isinstance(node, Entries) or not node.values:
        raise Unfit(node, f"expected a map of conditions, such as {{status: 200}}, got {_what(node)}")
    return Expectations(node)


def _axis(node: Node) -> Axis:
    if not isinstance(node, Items):
        raise Unfit(node, f"expected a list of values, such as [eu, us], got {_what(node)}")
    if not node.items:
        raise Unfit(node, "the list is empty, so that there would be no check at all")
    for item in node.items:
        if not isinstance(item, Scalar) or item.value is None:
            raise Unfit(item, f"a value of a matrix is text, a number or true or false, not {_what(item)}")
    return Axis(node)


def _each(node: Node) -> Each:
    if isinstance(node, Items):
        if not node.items:
            raise Unfit(node, "the list is empty, so that there would be no check at all")
        return Each(node)
    if type(node) is Filled and len(node.parts) == 1 and node.late:
        return Each(node)
    raise Unfit(node, f"expected a list, or a captured one such as ${{list.items}}, got {_what(node)}")


def _path(node: Node) -> Path:
    if not isinstance(node, Scalar) or not isinstance(node.value, str) or not node.text:
        raise Unfit(node, f"expected a JSON path such as $.token, got {_what(node)}")
    return Path(compile_path(node.text))


def _regex(node: Node) -> Regex:
    if not isinstance(node, Scalar) or not node.text:
        raise Unfit(node, f"expected a regular expression, got {_what(node)}")
    return Regex(compile_pattern(node.text))


def _what(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.value is None else f"{node.text!r}" if not node.interpolated else "text"
    return "a list" if isinstance(node, Items) else "an empty map" if not node.values else "a map"


HOOKS: dict[Any, Hook] = {
    Text: _text, Texts: _texts, Where: _where, Data: Data, Body: _body, Expectations: _expectations,
    Axis: _axis, Each: _each, Path: _path, Regex: _regex,
}  # fmt: skip
