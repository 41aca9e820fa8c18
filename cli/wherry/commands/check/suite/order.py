"""A check with the defaults of its file, each value still a node: all that is needed to make it ready."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec import UNSET

from wherry.commands.check.results import Severity
from wherry.core.record import Record
from wherry.core.retry import RetryPolicy
from wherry.core.template import Filled, Meaning, fill, shown
from wherry.core.yaml import Entries, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from wherry.commands.check.suite.file import Auth, Check, Defaults, Retry
    from wherry.commands.check.suite.sending import Sending
    from wherry.core.expect import Condition
    from wherry.core.target import Target
    from wherry.core.template import Names, Note
    from wherry.core.yaml import Node
    from wherry.profile.file import Profile

T = TypeVar("T")
N = TypeVar("N", bound="Node")

TIMEOUT_S: Final = 10.0
ONCE: Final = RetryPolicy()
_NONE: Final[Mapping[str, Node]] = MappingProxyType({})


class Inherited(Record):
    """The defaults of a file. ``headers`` are by lower-case name, ``expect`` by subject."""

    timeout_s: float = TIMEOUT_S
    retry: RetryPolicy = ONCE
    headers: Mapping[str, tuple[str, Scalar]] = MappingProxyType({})
    auth: Auth | None = None
    profile: str | None = None
    expect: Mapping[str, tuple[Scalar, Node]] = MappingProxyType({})
    tags: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR


def inherit(defaults: Defaults | None) -> Inherited:
    """What ``defaults`` says, and wherry's own for the rest."""
    if defaults is None:
        return Inherited()
    expect = defaults.expect.node if defaults.expect is not None else None
    return Inherited(
        TIMEOUT_S if defaults.timeout is None else defaults.timeout,
        policy(defaults.retry, ONCE),
        {name.lower(): (name, text.node) for name, text in (defaults.headers or {}).items() if text is not None},
        defaults.auth,
        defaults.profile,
        {} if expect is None else {subject: (expect.keys[subject], value) for subject, value in expect.values.items()},
        tuple(dict.fromkeys(defaults.tags or ())),
        defaults.severity or Severity.ERROR,
    )  # fmt: skip


def policy(retry: int | Retry | None, inherited: RetryPolicy) -> RetryPolicy:
    """How often and when to try again."""
    if retry is None:
        return inherited
    if isinstance(retry, int):
        return RetryPolicy(retry, inherited.base_s, inherited.cap_s) if retry != inherited.retries else inherited
    return RetryPolicy(retry.attempts - 1, retry.base, retry.cap)


class Order(msgspec.Struct, frozen=True):
    """What is to be sent and expected.

    ``headers`` are by lower-case name, ``inherited`` those of the defaults among them. ``written`` are the keys of the
    check that are for HTTP alone, each with its place. ``expect`` are subjects with their values, ``own`` what does not
    come from the defaults. ``folder`` is where relative paths begin. ``profile`` is that of the check or of the command
    line, ``named`` its name where one has been given.
    """

    name: str
    folder: Path
    url: Scalar
    profile: Profile
    named: str | None = None
    method: str | None = None
    headers: Mapping[str, tuple[str, Scalar]] = {}
    query: Mapping[str, Node] = {}
    json: Node | None = None
    form: Mapping[str, Node] | None = None
    body: Node | None = None
    auth: Auth | None = None
    expect: Mapping[str, tuple[Scalar, Node]] = {}
    own: frozenset[str] = frozenset()
    written: Mapping[str, Node] = {}

    def nodes(self) -> Iterator[Node]:
        """Everything in which a captured value can stand."""
        yield self.url
        yield from (node for _, node in self.headers.values())
        yield from self.query.values()
        yield from (self.form or {}).values()
        yield from (node for node in (self.json, self.body) if node is not None)
        yield from (node for _, node in self.expect.values())
        if self.auth is not None:
            yield from auth_nodes(self.auth)


def auth_nodes(auth: Auth) -> Iterator[Node]:
    """The texts of ``auth``."""
    for kind in (auth.basic, auth.oauth2):
        if kind is not None:
            yield from (text.node for text in msgspec.structs.astuple(kind) if text is not None)
    if auth.bearer is not None:
        yield auth.bearer.node


_AUTHORIZATION: Final = "authorization"
# Keys of a check that mean nothing to any other kind of target.
_OF_HTTP: Final = ("method", "headers", "query", "json", "form", "body", "auth")


def order_of(
    check: Check,
    inherited: Inherited,
    profile: Profile,
    named: str | None,
    folder: Path,
    keys: Mapping[str, Node],
    name: str,
) -> Order:
    """``check`` over what it inherits. ``keys`` are the values of its keys, ``name`` is its whole name."""
    headers, auth = inherited.headers, inherited.auth if check.auth is UNSET else check.auth
    if check.headers:
        own = {name.lower(): None if text is None else (name, text.node) for name, text in check.headers.items()}
        headers = {name: pair for name, pair in {**headers, **own}.items() if pair is not None}
        if own.get(_AUTHORIZATION) and check.auth is UNSET:
            auth = None
    elif check.auth is not UNSET and _AUTHORIZATION in headers:
        headers = {name: pair for name, pair in headers.items() if name != _AUTHORIZATION}
    expect, own_expect = inherited.expect, frozenset[str]()
    if check.expect is not None:
        node = check.expect.node
        own_expect = frozenset(node.values)
        expect = {**expect, **{subject: (node.keys[subject], value) for subject, value in node.values.items()}}
    return Order(
        name,
        folder,
        check.url.node,
        profile,
        named,
        check.method,
        headers,
        {name: texts.node for name, texts in check.query.items()} if check.query else _NONE,
        None if check.json is UNSET else check.json.node,
        {name: texts.node for name, texts in check.form.items()} if check.form is not None else None,
        None if check.body is None else check.body.node,
        auth,
        expect,
        own_expect,
        {key: keys[key] for key in _OF_HTTP if key in keys},
    )


class Stock:
    """What the checks of a run share: each file is read once, conditions of equal text are made once.

    ``origins`` are targets by scheme, host and port; ``inherited`` the requests that have nothing but the headers of
    the defaults, by the identity of these.
    """

    def __init__(self, read_bytes: Callable[[Path], bytes], environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.conditions: dict[tuple[str, str], Condition] = {}
        self.origins: dict[str, Target] = {}
        self.inherited: dict[int, Sending] = {}
        self._read_bytes = read_bytes
        self._files: dict[Path, bytes] = {}

    def file(self, path: Path) -> bytes:
        """The content of ``path``. Raises OSError."""
        if path not in self._files:
            self._files[path] = self._read_bytes(path)
        return self._files[path]


class Settling(msgspec.Struct, frozen=True):
    """Puts captured values in. ``ways`` are the values, or several stand-ins of which one must do; None is none."""

    ways: Sequence[Names | None]
    note: Note

    def best(self, make: Callable[[Names | None, Note], T]) -> T | None:
        """What ``make`` comes to with the first of the ways that nothing is wrong with; None where none is right."""
        first: list[tuple[Node, str]] = []
        for way in self.ways:
            wrong: list[tuple[Node, str]] = []
            value = make(way, lambda node, words, wrong=wrong: wrong.append((node, words)))  # type: ignore[misc]
            if not wrong:
                return value
            first = first or wrong
        for node, words in first:
            self.note(node, words)
        return None


class StandIn:
    """Gives one value for every name, so that a check can be judged before anything is captured."""

    def __init__(self, node: Node) -> None:
        self._meaning = Meaning(node)

    def __call__(self, _name: str) -> Meaning:
        return self._meaning


def settled(node: N, way: Names | None, note: Note) -> N:
    """``node`` with captured values put in."""
    return node if way is None else fill(node, way, note)  # type: ignore[return-value]


def as_written(words: str, written: Node, filled: Node, way: Names | None) -> str:
    """``words`` about ``filled`` in terms of what was ``written``, where that was filled with a stand-in."""
    if not isinstance(way, StandIn):
        return words
    if isinstance(written, Scalar):
        if type(written) is Filled and written.late and isinstance(filled, Scalar):
            return words.replace(filled.text, shown(written))
        return words
    if isinstance(written, Items) and isinstance(filled, Items):
        for before, after in zip(written.items, filled.items, strict=True):
            words = as_written(words, before, after, way)
    elif isinstance(written, Entries) and isinstance(filled, Entries):
        for key, value in written.values.items():
            words = as_written(words, value, filled.values[key], way)
    return words
