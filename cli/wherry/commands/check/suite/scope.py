"""What ``${...}`` stands for: the environment, files, variables, the keys of a matrix, items, captures."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.core.interpolate import from_outside
from wherry.core.record import Record
from wherry.core.redact import is_secret_header
from wherry.core.suggest import did_you_mean
from wherry.core.template import Later, Meaning, fill, later_in, node_of, within
from wherry.core.yaml import Items, Node, Scalar, scalar
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from wherry.commands.check.suite.faults import Faults

ITEM: Final = "item"
"""What an item of ``foreach`` is called."""
NO_CAPTURES: Final[Mapping[str, bool]] = MappingProxyType({})
_NOTHING: Final[Mapping[str, Node]] = {}
_NOWHERE: Final = Scalar(None, "", 0, 0)


class Known(msgspec.Struct):
    """A check that others may name. ``captures`` says of each of its captures whether it is secret."""

    name: str
    captures: Mapping[str, bool] = NO_CAPTURES
    indices: range = range(0)
    """Where it is in the run: several for a matrix. Known once all files are read."""


class Use(Record):
    """``${check.capture}``, and the keys below it where the value is an object or a list."""

    check: Known
    capture: str
    path: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.check.name}.{self.capture}"

    @property
    def secret(self) -> bool:
        return self.check.captures[self.capture]


class Scope(msgspec.Struct):
    """The names of one file.

    ``written`` are its variables; ``given`` beats them, ``below`` are the scopes of the files that it includes, whose
    variables it sees. ``checks`` are those of the file and of what it includes. ``secrets`` are the texts that may be
    shown nowhere, of the whole run.
    """

    file: str
    environ: Mapping[str, str]
    read_file: Callable[[str], str]
    faults: Faults
    secrets: dict[str, None]
    written: Mapping[str, Node] = {}
    given: Mapping[str, Node] = {}
    below: list[Scope] = []
    checks: dict[str, Known] = {}
    ambiguous: set[str] = set()
    """Names of checks that two of the included files have."""
    _found: dict[str, Meaning | None] = {}
    _looking: list[str] = []
    _broken: set[str] = set()
    _uses: dict[str, Use | None] = {}
    _outer: dict[str, Meaning] = {}
    _late: set[str] = set()
    laters: int = 0
    """How often something was looked up that is to be captured."""

    def lookup(self, expression: str, local: Mapping[str, Node] = _NOTHING, *, listed: bool = False) -> Meaning | Later:
        """What ``expression`` stands for where ``local`` names are known too.

        ``listed``: ``item`` is one of a list that will be captured. Raises UsageError for what stands for nothing; its
        message is empty where the reason has been told of a variable.
        """
        if ":" in expression:
            if expression not in self._outer:
                self._outer[expression] = self._outside(expression)
            return self._outer[expression]
        name, *path = expression.split(".")
        if name in local:
            return Meaning(within(local[name], path, name))
        if listed and name == ITEM:
            self.laters += 1
            return Later(expression)
        if (variable := self._variable(name)) is not None:
            self.laters += name in self._late
            return Meaning(within(variable.node, path, name), variable.secret) if path else variable
        if self.use(expression) is not None:
            self.laters += 1
            return Later(expression)
        raise self._unknown(expression, local)

    def use(self, expression: str) -> Use | None:
        """The capture that ``expression`` means; of several readings that of the check with the longest name."""
        if expression not in self._uses:
            self._uses[expression] = self._use(expression)
        return self._uses[expression]

    def _use(self, expression: str) -> Use | None:
        steps = expression.split(".")
        for end in range(len(steps) - 1, 0, -1):
            known = self.checks.get(".".join(steps[:end]))
            if known is not None and steps[end] in known.captures:
                self.judge_ambiguity(known.name)
                return Use(known, steps[end], tuple(steps[end + 1 :]))
        return None

    def judge_ambiguity(self, name: str) -> None:
        """Raise UsageError where ``name`` could be either of two checks."""
        if name in self.ambiguous:
            raise UsageError(f"two of the included files have a check {name!r}, so it could be either")

    def _outside(self, expression: str) -> Meaning:
        text = from_outside(expression, self.environ, self.read_file)
        if text is None:
            scheme = expression.partition(":")[0]
            near = did_you_mean(scheme, ("env", "file"))
            known = "" if near else "; known are ${env:NAME}, ${env:NAME:-default} and ${file:PATH}"
            raise UsageError(f"${{{expression}}} is not known{near}{known}")
        secret = is_secret_header(expression.partition(":")[2].partition(":-")[0])
        if secret:
            self._hide(text)
        return Meaning(Scalar(scalar(text), text, 0, 0, True, True), secret)

    def _variable(self, name: str) -> Meaning | None:
        if name in self._broken:
            raise UsageError("")
        if name not in self._found:
            if name in self._looking:
                circle = " -> ".join([*self._looking[self._looking.index(name) :], name])
                raise UsageError(f"the variables {circle} stand for each other")
            self._looking.append(name)
            try:
                self._found[name] = self._search(name)
            except UsageError:
                self._broken.add(name)
                raise
            finally:
                self._looking.pop()
        return self._found[name]

    def _search(self, name: str) -> Meaning | None:
        if name in self.given:
            return self._meaning(name, self.given[name])
        if name in self.written:
            filled = self._filled(name, self.written[name])
            if next(later_in(filled), None) is not None:
                self._late.add(name)
            return self._meaning(name, filled)
        for scope in self.below:
            if (meaning := scope._variable(name)) is not None:
                if name in scope._late:
                    self._late.add(name)
                return meaning
        return None

    def _meaning(self, name: str, node: Node) -> Meaning:
        secret = is_secret_header(name)
        if secret:
            for text in texts_in(node):
                self._hide(text)
        return Meaning(node, secret)

    def _hide(self, text: str) -> None:
        self.secrets[text] = None
        self.faults.redactor.add(text)

    def _filled(self, name: str, node: Node) -> Node:
        if isinstance(node, Scalar) and node.value is None and node.plain:
            words = f"the variable {name} has no value; give it one here or by --var {name}=VALUE"
            self.faults.note(self.file)(node, words)
            raise UsageError("")
        before = len(self.faults.found)
        filled = fill(node, self.lookup, self.faults.note(self.file))
        if len(self.faults.found) > before or self.faults.known_at(self.file, node):
            raise UsageError("")
        return filled

    def names(self) -> Iterator[str]:
        """Everything that can stand in ``${...}`` but the environment and files."""
        yield from self.given
        yield from self.written
        for scope in self.below:
            yield from scope.names()
        for known in self.checks.values():
            yield from (f"{known.name}.{capture}" for capture in known.captures)

    def _unknown(self, expression: str, local: Mapping[str, Node]) -> UsageError:
        bare = expression.strip()
        if bare in self.environ or (bare.isupper() and bare.isidentifier()):
            right = f"${{env:{bare}}}"
            return UsageError(f"${{{expression}}} stands for nothing; a variable of the environment is written {right}")
        name, _, capture = bare.rpartition(".")
        if name in self.checks:
            captures = self.checks[name].captures
            near = did_you_mean(capture, captures)
            there = "" if near else f"; it captures {', '.join(captures)}" if captures else "; it captures nothing"
            return UsageError(f"the check {name!r} captures no {capture!r}{near or there}")
        if bare.partition(".")[0] == ITEM:
            return UsageError(f"${{{expression}}} is known in a check that has foreach, and nowhere else")
        near = did_you_mean(bare, [*local, *self.names()])
        hint = "" if near else "; a variable stands under vars, and what a check captures is written ${check.capture}"
        return UsageError(f"${{{expression}}} stands for nothing{near or hint}")


def texts_in(node: Node) -> Iterator[str]:
    """The text of every single value in ``node``."""
    if isinstance(node, Scalar):
        yield node.text
        return
    for inner in node.items if isinstance(node, Items) else node.values.values():
        yield from texts_in(inner)


def captured(value: object, use: Use) -> Node:
    """What is below the path of ``use`` in a captured ``value``, as a node of no place. Raises UsageError."""
    return within(node_of(value, _NOWHERE), use.path, use.name)
