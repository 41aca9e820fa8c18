"""Targets and conditions in files: types for core/document.py, and the hooks that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from wherry.core.expect import from_map
from wherry.core.fit import Unfit
from wherry.core.record import replace
from wherry.core.redact import redact_url
from wherry.core.target import is_label, parse_target
from wherry.core.yaml import Entries, Scalar, plain
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.yaml import Node


class Url:
    """A target as on the command line, without a name in front."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "string", "minLength": 1, "examples": ["tcp://db:5432"]}

    def __init__(self, target: Target) -> None:
        self.target = target


class Expect:
    """A map of subjects to what they must be."""

    json_schema: ClassVar[dict[str, Any]] = {"type": "object", "minProperties": 1, "examples": [{"status": 200}]}

    def __init__(self, conditions: tuple[Condition, ...] = ()) -> None:
        self.conditions = conditions


def read_url(node: Node) -> Url:
    """The target that ``node`` names. Raises Unfit and UsageError."""
    if not isinstance(node, Scalar) or node.value is None:
        raise Unfit(node, "expected a target such as tcp://db:5432")
    name, equals, rest = node.text.partition("=")
    if equals and is_label(name):
        raise Unfit(node, f"a name has a key of its own here; write name: {name} and url: {redact_url(rest)}")
    # A name is given, so that none is looked for in the text.
    target = parse_target(node.text, name="url")
    return Url(replace(target, name=target.shown))


def read_expect(node: Node) -> Expect:
    """The conditions in the map ``node``. Raises Unfit with the key of the first that is none."""
    if not isinstance(node, Entries) or not node.values:
        raise Unfit(node, "expected a map of conditions, such as {status: 200}")
    conditions = []
    for subject, value in node.values.items():
        try:
            conditions.append(from_map(subject, plain(value)))
        except UsageError as exc:
            raise Unfit(node.keys[subject], str(exc)) from None
    return Expect(tuple(conditions))
