"""``${name}`` in the values of a file, where some names are known now and others only later.

:func:`fill` puts in what is known and leaves the rest as :class:`Later` in a :class:`Filled` value, which can be filled
again. What is put in is never searched for ``${`` again. A plain value that is one whole ``${name}`` becomes what the
name stands for, with its type; in quotes, and within more text, a number or a truth value is its text. A list or a map,
which has none, is put in whole from quotes too. What is secret is known to be so by the value that it became part of,
which can be shown without it. Keys are left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from wherry.core.interpolate import EXPRESSION
from wherry.core.yaml import Entries, Items, Node, Scalar, scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Names: TypeAlias = Callable[[str], "Meaning | Later"]
    """What the text between the braces stands for. Raises UsageError for what stands for nothing."""
    Note: TypeAlias = Callable[[Node, str], None]
    """Takes note of what is wrong with a node, in words."""


class Meaning(msgspec.Struct, frozen=True):
    """What a name stands for. ``secret``: it may not be shown."""

    node: Node
    secret: bool = False


class Later(msgspec.Struct, frozen=True):
    """A name that is not known yet."""

    name: str

    @property
    def shown(self) -> str:
        return f"${{{self.name}}}"


class Masked(msgspec.Struct, frozen=True):
    """A piece of text that may not be shown, and what is shown in its place."""

    text: str
    shown: str


Part: TypeAlias = str | Masked | Later


class Filled(Scalar):
    """A value with something in it that is secret or not known yet; ``text`` has the secrets, and ``${name}``."""

    __slots__ = ("parts",)
    _FIELDS = (*Scalar._FIELDS, "parts")

    def __init__(
        self,
        value: str | int | float | bool | None,
        text: str,
        line: int,
        column: int,
        plain: bool,
        parts: tuple[Part, ...],
    ) -> None:
        super().__init__(value, text, line, column, plain, interpolated=True)
        self.parts: Final = parts

    @property
    def late(self) -> bool:
        """Whether something in it is not known yet."""
        return any(type(part) is Later for part in self.parts)


def fill(node: Node, names: Names, note: Note) -> Node:
    """``node`` with what ``names`` knows put in; the same object where there is nothing to put in.

    ``note`` is told of every expression that is wrong; the value returned is not to be used then.
    """
    if isinstance(node, Scalar):
        if type(node) is Filled:
            return _refilled(node, names, note) if node.late else node
        return _scalar(node, names, note) if "${" in node.text and not node.interpolated else node
    if isinstance(node, Items):
        items = [fill(item, names, note) for item in node.items]
        unchanged = all(new is old for new, old in zip(items, node.items, strict=True))
        return node if unchanged else Items(tuple(items), node.line, node.column, node.count)
    values = {key: fill(value, names, note) for key, value in node.values.items()}
    unchanged = all(values[key] is value for key, value in node.values.items())
    return node if unchanged else node.with_values(values)


def _scalar(node: Scalar, names: Names, note: Note) -> Node:
    parts: list[Part] = []
    end = 0
    for match in EXPRESSION.finditer(node.text):
        parts.append(node.text[end : match.start()])
        end = match.end()
        if match.group() == "$${":
            parts.append("${")
            continue
        expression, brace = match.groups()
        if not brace:
            note(node, f"${{{expression} has no closing brace; write $${{ for a dollar and a brace")
            return node
        try:
            meaning = names(expression)
            if match.group() == node.text and (node.plain or _is_container(meaning)):
                return _whole(node, expression, meaning)
            parts.extend(_parts(expression, meaning))
        except UsageError as exc:
            note(node, exc.advice)
            return node
    parts.append(node.text[end:])
    return _joined(node, parts)


def _refilled(node: Filled, names: Names, note: Note) -> Node:
    parts: list[Part] = []
    for part in node.parts:
        if type(part) is not Later:
            parts.append(part)
            continue
        try:
            meaning = names(part.name)
            if len(node.parts) == 1 and (node.plain or _is_container(meaning)):
                return _whole(node, part.name, meaning)
            parts.extend(_parts(part.name, meaning))
        except UsageError as exc:
            note(node, str(exc))
            return node
    return _joined(node, parts)


def _is_container(meaning: Meaning | Later) -> bool:
    return type(meaning) is Meaning and not isinstance(meaning.node, Scalar)


def _whole(node: Scalar, expression: str, meaning: Meaning | Later) -> Node:
    if type(meaning) is Later:
        return _filled(node, (meaning,))
    assert type(meaning) is Meaning
    return placed(meaning.node, node, _mask(expression) if meaning.secret else "")


def _mask(expression: str) -> str:
    """What is shown in place of a secret: how it is written, but for a default that it may have."""
    return f"${{{expression.partition(':-')[0]}}}"


def placed(node: Node, place: Node, mask: str = "") -> Node:
    """``node`` as if it stood at ``place``; with ``mask``, every text and number in it is secret and shown as that."""
    if isinstance(node, Scalar):
        kept = node.parts if type(node) is Filled else ()
        parts = kept or ((Masked(node.text, mask),) if mask and not isinstance(node.value, bool) else ())
        if parts:
            return Filled(node.value, node.text, place.line, place.column, node.plain, parts)
        return Scalar(node.value, node.text, place.line, place.column, node.plain, True)
    if isinstance(node, Items):
        items = tuple(placed(item, place, mask) for item in node.items)
        return Items(items, place.line, place.column, node.count)
    values = {key: placed(value, place, mask) for key, value in node.values.items()}
    keys = {key: Scalar(key, key, place.line, place.column) for key in node.values}
    return Entries(values, keys, place.line, place.column, node.count)


def _parts(expression: str, meaning: Meaning | Later) -> Sequence[Part]:
    """What a name stands for, as pieces of a text. Raises UsageError for what is no text."""
    if type(meaning) is Later:
        return (meaning,)
    assert type(meaning) is Meaning
    node = meaning.node
    if not isinstance(node, Scalar) or (node.value is None and node.plain):
        what = "nothing" if isinstance(node, Scalar) else "a list" if isinstance(node, Items) else "a map"
        raise UsageError(f"${{{expression}}} is {what}, which cannot be part of a text")
    if type(node) is Filled and (node.late or not meaning.secret):
        return node.parts
    return (Masked(node.text, _mask(expression)),) if meaning.secret else (node.text,)


def _joined(node: Scalar, parts: Sequence[Part]) -> Scalar:
    parts = [part for part in parts if part != ""]
    if any(type(part) is not str for part in parts):
        return _filled(node, tuple(parts))
    text = "".join(str(part) for part in parts)
    return Scalar(scalar(text) if node.plain else text, text, node.line, node.column, node.plain, True)


def _filled(node: Scalar, parts: tuple[Part, ...]) -> Filled:
    text = "".join(_text(part) for part in parts)
    late = any(type(part) is Later for part in parts)
    value = scalar(text) if node.plain and not late else text
    return Filled(value, text, node.line, node.column, node.plain, parts)


def _text(part: Part) -> str:
    return part if isinstance(part, str) else part.text if type(part) is Masked else part.shown


def shown(node: Scalar) -> str:
    """The text without secrets, and with ``${name}`` for what is not known yet."""
    if type(node) is not Filled:
        return node.text
    return "".join(part if isinstance(part, str) else part.shown for part in node.parts)


def secrets_in(node: Node) -> Iterator[str]:
    """The texts in ``node`` that may not be shown."""
    for value in _filled_in(node):
        yield from (part.text for part in value.parts if type(part) is Masked)


def later_in(node: Node) -> Iterator[tuple[Filled, str]]:
    """The names in ``node`` that are not known yet, each with the value that it stands in."""
    for value in _filled_in(node):
        yield from ((value, part.name) for part in value.parts if type(part) is Later)


def _filled_in(node: Node) -> Iterator[Filled]:
    if isinstance(node, Scalar):
        if type(node) is Filled:
            yield node
        return
    for inner in node.items if isinstance(node, Items) else node.values.values():
        yield from _filled_in(inner)


def node_of(value: object, place: Node) -> Node:
    """A JSON value as a node that stands at ``place``."""
    line, column = place.line, place.column
    if isinstance(value, dict):
        values = {str(key): node_of(item, place) for key, item in value.items()}
        return Entries(values, {key: Scalar(key, key, line, column) for key in values}, line, column)
    if isinstance(value, (list, tuple)):
        return Items(tuple(node_of(item, place) for item in value), line, column)
    if isinstance(value, str):
        return Scalar(value, value, line, column, plain=False)
    if value is None or isinstance(value, bool):
        return Scalar(value, {None: "null", True: "true", False: "false"}[value], line, column)
    assert isinstance(value, (int, float))
    return Scalar(value, str(value), line, column)


def within(node: Node, path: Sequence[str], name: str) -> Node:
    """What stands in ``node`` below the keys, and positions from 0, of ``path``. ``name`` is how ``node`` is called.

    Raises UsageError naming what is not there.
    """
    from wherry.core.suggest import did_you_mean

    for step in path:
        if isinstance(node, Entries):
            if step not in node.values:
                raise UsageError(f"{name} has no {step!r}{did_you_mean(step, node.values)}")
            node = node.values[step]
        elif isinstance(node, Items) and step.isascii() and step.isdecimal():
            if len(step) > 9 or int(step) >= len(node.items):
                raise UsageError(f"{name} has {len(node.items)} items, and none at {step}; the first is at 0")
            node = node.items[int(step)]
        else:
            what = "a list" if isinstance(node, Items) else "a single value"
            raise UsageError(f"{name} is {what}, which has no {step!r}")
        name = f"{name}.{step}"
    return node
