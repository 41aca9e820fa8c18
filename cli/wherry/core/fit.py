"""YAML nodes fitted to types: what msgspec does for plain data, with the place of everything that does not fit.

Containers and structs are walked here, because msgspec stops at the first error and knows no lines; single values are
left to it, with all its constraints (``msgspec.Meta``). ``Meta(extra={"expected": ...})`` says in a reader's words what
fits, where the type alone does not.
"""

from __future__ import annotations

import re
import sys
import types
import typing
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, Union

import msgspec

from wherry.core.quantity import QuantityError, duration, rate, size
from wherry.core.redact import is_secret_header
from wherry.core.suggest import did_you_mean
from wherry.core.yaml import Entries, Items, Node, Scalar, plain
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Hook: TypeAlias = Callable[[Node], object]


class Fault(msgspec.Struct, frozen=True):
    """Something that does not fit, and where: line and column count from 1."""

    line: int
    column: int
    words: str


class Unfit(ValueError):
    """Raised by a hook: ``node``, within the one it was given, does not fit."""

    def __init__(self, node: Node, words: str) -> None:
        super().__init__(words)
        self.node = node


_QUANTITIES: Final = {"duration": duration, "size": size, "rate": rate}
_NONE: Final = msgspec.NODEFAULT
_BAD: Final = object()
"""What takes the place of a value that does not fit; a fault has been noted then."""


class Fitter:
    """Fits nodes to types and gathers ``faults``; with one or more, the value it returns is not to be used."""

    def __init__(self, hooks: Mapping[Any, Hook]) -> None:
        self._hooks = hooks
        self.faults: list[Fault] = []

    def fit(self, node: Node, kind: Any, path: str) -> Any:
        """``node`` as a value of ``kind``; ``path`` is how to get there from the root, for the words of a fault."""
        bare, metas = _unwrapped(kind)
        if bare in self._hooks:
            return self._hooked(node, self._hooks[bare], path)
        for meta in metas:
            if meta.extra and "quantity" in meta.extra:
                return self._quantity(node, meta.extra["quantity"], path)
        if bare in (Any, object):
            return plain(node)
        if _is_union(bare):
            return self._union(node, kind, path)
        if _is_struct(bare):
            return self._struct(node, kind, path)
        origin = typing.get_origin(bare) or bare
        if origin in (list, tuple, set, frozenset):
            return self._list(node, kind, metas, path)
        if _is_dict(origin):
            return self._dict(node, kind, metas, path)
        return self._scalar(node, kind, path)

    def _fault(self, node: Node, path: str, words: str) -> object:
        self.faults.append(Fault(node.line, node.column, f"{path}: {words}" if path else words))
        return _BAD

    def _hooked(self, node: Node, hook: Hook, path: str) -> object:
        try:
            return hook(node)
        except Unfit as exc:
            return self._fault(exc.node, path, str(exc))
        except (UsageError, ValueError) as exc:
            return self._fault(node, path, str(exc))

    def _quantity(self, node: Node, quantity: str, path: str) -> object:
        if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
            return self._fault(node, path, f"expected a {quantity}, got {_shown(node, path)}")
        try:
            return _QUANTITIES[quantity](node.text)
        except QuantityError as exc:
            return self._fault(node, path, str(exc))

    def _union(self, node: Node, union: Any, path: str) -> object:
        members = typing.get_args(_unwrapped(union)[0])
        if isinstance(node, Scalar) and node.value is None and type(None) in members:
            return None
        fitting = [member for member in members if member is not type(None) and self._may_fit(node, member)]
        structs = [member for member in fitting if _is_struct(_unwrapped(member)[0])]
        if len(structs) > 1:
            return self._tagged(node, structs, path)
        if not fitting:
            return self._fault(node, path, f"expected {_words(union)}, got {_shown(node, path)}")
        scalars = [member for member in fitting if not _unwrapped(member)[1] and isinstance(member, type)]
        if len(scalars) == len(fitting) and not structs and not any(member in self._hooks for member in scalars):
            return self._scalar(node, union, path)
        return self._first_that_fits(node, fitting, path)

    def _first_that_fits(self, node: Node, members: list[Any], path: str) -> object:
        before = self.faults
        attempts: list[list[Fault]] = []
        for member in members:
            self.faults = []
            value = self.fit(node, member, path)
            if not self.faults:
                self.faults = before
                return value
            attempts.append(self.faults)
        # The last alternative is the widest as a rule; the first is what the type's author thought of first.
        self.faults = before + attempts[0]
        return _BAD

    def _may_fit(self, node: Node, kind: Any) -> bool:
        bare, _ = _unwrapped(kind)
        origin = typing.get_origin(bare) or bare
        if bare in self._hooks or bare in (Any, object):
            return True
        if isinstance(node, Entries):
            return _is_struct(bare) or _is_dict(origin)
        if isinstance(node, Items):
            return origin in (list, tuple, set, frozenset)
        return not (_is_struct(bare) or _is_dict(origin) or origin in (list, tuple, set, frozenset))

    def _tagged(self, node: Node, structs: list[Any], path: str) -> object:
        """One of several structs, which a key of theirs tells apart."""
        assert isinstance(node, Entries)
        name = structs[0].__struct_config__.tag_field
        by_tag = {str(struct.__struct_config__.tag): struct for struct in structs}
        tag = node.values.get(name)
        if not isinstance(tag, Scalar):
            return self._fault(tag or node, path, f'key "{name}" is missing; it is one of {", ".join(by_tag)}')
        if tag.text not in by_tag:
            near = did_you_mean(tag.text, by_tag) or f"; it is one of {', '.join(by_tag)}"
            return self._fault(tag, _joined(path, name), f"unknown {name} {tag.text!r}{near}")
        return self._struct(node, by_tag[tag.text], path)

    def _struct(self, node: Node, kind: Any, path: str) -> object:
        if not isinstance(node, Entries):
            return self._fault(node, path, f"expected {_words(kind)}, got {_shown(node, path)}")
        struct, _ = _unwrapped(kind)
        fields = _names(struct)
        tag_field = struct.__struct_config__.tag_field
        values: dict[str, object] = {}
        before = len(self.faults)
        for name, value in node.values.items():
            if name == tag_field:
                continue
            if name not in fields:
                self._fault(node.keys[name], "", f'unknown key "{name}"{_instead(name, fields, node, tag_field)}')
                continue
            values[fields[name]] = self.fit(value, _kind(struct, fields[name]), _joined(path, name))
        for name in _required(struct):
            if name not in node.values:
                self._fault(node, path, f'key "{name}" is missing')
        if len(self.faults) > before:
            return _BAD
        try:
            return struct(**values)
        except (UsageError, ValueError, TypeError) as exc:  # from a __post_init__
            return self._fault(node, path, str(exc))

    def _list(self, node: Node, kind: Any, metas: tuple[Any, ...], path: str) -> object:
        if not isinstance(node, Items):
            return self._fault(node, path, f"expected {_words(kind)}, got {_shown(node, path)}")
        bare, _ = _unwrapped(kind)
        arguments = typing.get_args(bare) or (Any,)
        origin = typing.get_origin(bare) or bare
        values = [self.fit(item, arguments[0], f"{path}[{index}]") for index, item in enumerate(node.items)]
        self._check_length(node, len(values), metas, path, "item")
        return origin(values) if not self.faults else _BAD

    def _dict(self, node: Node, kind: Any, metas: tuple[Any, ...], path: str) -> object:
        if not isinstance(node, Entries):
            return self._fault(node, path, f"expected {_words(kind)}, got {_shown(node, path)}")
        value_kind = (typing.get_args(_unwrapped(kind)[0]) or (Any, Any))[1]
        values = {key: self.fit(value, value_kind, _joined(path, key)) for key, value in node.values.items()}
        self._check_length(node, len(values), metas, path, "key")
        return values

    def _check_length(self, node: Node, length: int, metas: tuple[Any, ...], path: str, what: str) -> None:
        for meta in metas:
            for bound, words in ((meta.min_length, "at least"), (meta.max_length, "at most")):
                if bound is not None and (length < bound if words == "at least" else length > bound):
                    self._fault(node, path, f"expected {words} {bound} {what}{'' if bound == 1 else 's'}, got {length}")

    def _scalar(self, node: Node, kind: Any, path: str) -> object:
        if not isinstance(node, Scalar):
            return self._fault(node, path, f"expected {_words(kind)}, got {_shown(node, path)}")
        try:
            return msgspec.convert(node.value, kind)
        except msgspec.ValidationError as exc:
            words = str(exc)
        if node.interpolated and not isinstance(node.value, str):
            # A variable has no type: PORT=8080 may be a number here and a name there.
            try:
                return msgspec.convert(node.text, kind)
            except msgspec.ValidationError as exc:
                words = str(exc)
        return self._fault(node, path, _refusal(words, kind, node, path))


def _refusal(words: str, kind: Any, node: Scalar, path: str) -> str:
    """msgspec's words in the house's."""
    shown = _shown(node, path)
    bare, metas = _unwrapped(kind)
    if any(meta.extra and "expected" in meta.extra for meta in metas):
        return f"expected {_words(kind)}, got {shown}"
    members = typing.get_args(bare) if _is_union(bare) else (bare,)
    choices = [choice for member in members for choice in _choices(_unwrapped(member)[0])]
    if words.startswith("Invalid enum value") and choices:
        near = did_you_mean(node.text, choices)
        return f"expected {_words(kind)}, got {shown}{near}"
    if match := re.fullmatch(r"Expected `[^`]*`( .*)?(?:, got `[^`]*`)?", words.partition(", got")[0]):
        quotes = "; put it in quotes" if bare is str and not isinstance(node.value, str) else ""
        return f"expected {_words(kind)}{match.group(1) or ''}, got {shown}{quotes}"
    return f"{words[:1].lower()}{words[1:]}"


_FEW: Final = 8


def _instead(name: str, fields: Mapping[str, str], node: Entries, tag_field: str | None) -> str:
    """What may be meant by an unknown key, to stand behind it: one that is like it, or all where these are few."""
    left = [field for field in fields if field not in node.values]
    near = did_you_mean(name, left)
    if near or tag_field is not None or not 1 < len(left) <= _FEW:
        return near
    return f"; known are {', '.join(left)}"


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(node: Node, path: str) -> str:
    """What a node is, in words; its value too, unless that may be a secret."""
    if isinstance(node, Items):
        return "a list"
    if isinstance(node, Entries):
        return "a map"
    if node.value is None:
        return "nothing"
    key = path.rpartition(".")[2]
    kind = "text" if isinstance(node.value, str) else "" if isinstance(node.value, bool) else "the number"
    if node.interpolated or key in _SECRET_KEYS or is_secret_header(key):
        return {"text": "text", "the number": "a number"}.get(kind, "true or false")
    text = node.text if len(node.text) <= 60 else node.text[:59] + "…"
    return f"{kind} {text!r}" if kind == "text" else f"{kind} {text}".strip()


_SECRET_KEYS: Final = frozenset({"auth", "bearer", "basic"})
_KINDS: Final = {int: "a whole number", float: "a number", str: "text", bool: "true or false", type(None): "nothing"}


def _words(kind: Any) -> str:
    """A type in words."""
    bare, metas = _unwrapped(kind)
    for meta in metas:
        if meta.extra and "quantity" in meta.extra:
            return f"a {meta.extra['quantity']}"
        if meta.extra and "expected" in meta.extra:
            return str(meta.extra["expected"])
    if bare in _KINDS:
        return _KINDS[bare]
    if _is_union(bare):
        unsaid = (type(None), msgspec.UnsetType)
        return " or ".join(dict.fromkeys(_words(member) for member in typing.get_args(bare) if member not in unsaid))
    if choices := _choices(bare):
        return f"one of {', '.join(choices)}" if len(choices) > 1 else choices[0]
    origin = typing.get_origin(bare) or bare
    if _is_struct(bare) or _is_dict(origin):
        return "a map"
    return "a list" if origin in (list, tuple, set, frozenset) else f"a {getattr(bare, '__name__', 'value').lower()}"


def _choices(bare: Any) -> list[str]:
    if typing.get_origin(bare) is typing.Literal:
        return [str(choice) for choice in typing.get_args(bare)]
    import enum

    if isinstance(bare, type) and issubclass(bare, enum.Enum):
        return [str(member.value) for member in bare]
    return []


def _unwrapped(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """The type without Annotated, and the msgspec.Meta it was annotated with."""
    if typing.get_origin(kind) is typing.Annotated:
        bare, *extras = typing.get_args(kind)
        return bare, tuple(extra for extra in extras if isinstance(extra, msgspec.Meta))
    return kind, ()


@cache
def _names(struct: Any) -> Mapping[str, str]:
    """What the fields of a struct are called, by the name that they have in a file."""
    return dict(zip(struct.__struct_encode_fields__, struct.__struct_fields__, strict=True))


@cache
def _required(struct: Any) -> tuple[str, ...]:
    """The fields without a default, by the name that they have in a file."""
    names, defaults = struct.__struct_encode_fields__, struct.__struct_defaults__
    first = len(names) - len(defaults)
    return (*names[:first], *(name for name, default in zip(names[first:], defaults, strict=True) if default is _NONE))


@cache
def _kind(struct: Any, field: str) -> Any:
    """The type of a field. That is found out when a file first has it: for all of a struct at once, as
    ``msgspec.structs.fields`` does, it takes milliseconds.
    """
    for owner in struct.__mro__:
        kind = vars(owner).get("__annotations__", {}).get(field)
        if isinstance(kind, str):
            return eval(kind, vars(sys.modules[owner.__module__]))  # noqa: S307  it is this program's own
        if kind is not None:
            return kind
    raise AssertionError(f"{struct} has no field {field}")


def _is_union(kind: Any) -> bool:
    return typing.get_origin(kind) in (Union, types.UnionType)


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def _is_dict(origin: Any) -> bool:
    import collections.abc

    return origin in (dict, collections.abc.Mapping)
