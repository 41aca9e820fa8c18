"""One file: its name, its variables, its defaults, the files that it includes, the names of its checks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wherry.commands.check.suite.file import NAME, Check, Defaults, Include, SuiteFile
from wherry.commands.check.suite.order import Inherited, inherit
from wherry.commands.check.suite.reading import STDIN
from wherry.commands.check.suite.scope import ITEM, NO_CAPTURES, Known, Scope
from wherry.commands.check.suite.written import HOOKS, Data, Expectations, Written
from wherry.core.document import version_fault
from wherry.core.fit import Fitter, Unfit
from wherry.core.record import Record
from wherry.core.redact import is_secret_header
from wherry.core.template import fill, later_in
from wherry.core.yaml import Entries, Items, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from wherry.commands.check.suite.faults import Faults
    from wherry.commands.check.suite.reading import Source
    from wherry.core.fit import Hook
    from wherry.core.template import Names, Note

_RESERVED: Final = frozenset({ITEM, "env", "file"})
UNFOLDING: Final = frozenset({"matrix", "foreach"})
"""The keys that make several checks of one."""
_NULLABLE: Final = frozenset({"auth", "json"})
_LATE_DEFAULTS: Final = frozenset({"headers", "auth", "expect"})


class Frame(msgspec.Struct):
    """A file but for its checks, which are nodes still. ``below`` are the files that it includes."""

    source: Source
    scope: Scope
    name: str
    group: str
    below: list[Frame] = []
    checks: Sequence[Node] = ()
    inherited: Inherited = msgspec.field(default_factory=Inherited)
    late_defaults: bool = False
    known: dict[int, Known] = {}
    """By the place of the check in the file."""
    special: set[int] = set()
    """The places of those that are not one check with a name each."""
    instances: dict[str, int] = {}
    """The index of each check by its whole name."""

    @property
    def file(self) -> str:
        return self.source.shown


def _checks(node: Node) -> Written:
    if not isinstance(node, Items):
        raise Unfit(node, "expected a list of checks, each with - name: and url:")
    return Written(node)


_FRAME_HOOKS: Final[Mapping[Any, Hook]] = {**HOOKS, list[Check]: _checks, Defaults: Written, dict[str, Data]: Written}
_FIRST: Final = ("name", "group")


def read_name(frame: Frame, faults: Faults) -> None:
    """Judge the whole file but its variables, defaults and checks; learn its name and its group."""
    node = frame.source.node
    note = faults.note(frame.file)
    if (fault := version_fault(node)) is not None:
        faults.add(frame.file, fault.line, fault.column, fault.words)
    if not isinstance(node, Entries):
        return
    values = {key: value for key, value in node.values.items() if key != "version"}
    for key in _FIRST:
        if key in values:
            values[key] = fill(values[key], frame.scope.lookup, note)
            _forbid_late(values[key], key, note)
    fitter = Fitter(_FRAME_HOOKS)
    kept = {key: value for key, value in values.items() if key != "include"}
    file = fitter.fit(Entries(kept, node.keys, node.line, node.column), SuiteFile, "")
    faults.take(frame.file, fitter)
    if isinstance(file, SuiteFile):
        frame.name, frame.group = file.name or frame.name, file.group
    checks = node.values.get("checks")
    frame.checks = checks.items if isinstance(checks, Items) else ()


def default_name(path: str) -> str:
    """What a suite without a name is called: as its file, without the ending."""
    return "suite" if path == "standard input" or path == STDIN else Path(path).stem


def variables_of(frame: Frame, faults: Faults) -> Mapping[str, Node]:
    """The variables as written. Notes names that can be none."""
    node = frame.source.node
    written = node.values.get("vars") if isinstance(node, Entries) else None
    if written is None or (isinstance(written, Scalar) and written.value is None):
        return {}
    if not isinstance(written, Entries):
        faults.note(frame.file)(written, "vars: expected a map of names to values, such as {base: http://127.0.0.1}")
        return {}
    for key in written.keys.values():
        judge_name(key, "a variable", faults.note(frame.file))
    return written.values


def judge_name(key: Scalar, what: str, note: Note) -> None:
    """Note where ``key`` cannot be the name of ``what``."""
    if key.text in _RESERVED:
        note(key, f"{what} cannot be called {key.text}, which means something itself in ${{...}}")
    elif not re.match(NAME, key.text):
        note(
            key, f"{what} cannot be called {key.text!r}: a name has letters, digits, _ and -, and begins with no digit"
        )


class Included(Record):
    """A file that another includes, ``place`` being where that says so."""

    path: str
    place: Node
    given: Mapping[str, Node]


def includes_of(frame: Frame, faults: Faults) -> list[Included]:
    """The files that ``frame`` includes, with the variables that it gives them."""
    node = frame.source.node
    written = node.values.get("include") if isinstance(node, Entries) else None
    if written is None:
        return []
    note = faults.note(frame.file)
    if not isinstance(written, Items):
        note(written, "include: expected a list of files, such as [common.yaml]")
        return []
    found = []
    for item in written.items:
        filled = fill(item, frame.scope.lookup, note)
        if faults.known_at(frame.file, item):
            continue
        if isinstance(filled, Scalar) and isinstance(filled.value, str) and filled.text:
            found.append(Included(filled.text, filled, {}))
            continue
        if not isinstance(filled, Entries):
            note(filled, "include: expected a file, or {file: PATH, vars: {...}}")
            continue
        fitter = Fitter(_FRAME_HOOKS)
        include = fitter.fit(filled, Include, "include")
        faults.take(frame.file, fitter)
        given = filled.values.get("vars")
        if isinstance(given, Entries) and isinstance(include, Include):
            found.append(Included(include.file, filled.values["file"], given.values))
        elif given is not None and isinstance(include, Include):
            note(given, "include: vars: expected a map of names to values")
        elif isinstance(include, Include):
            found.append(Included(include.file, filled.values["file"], {}))
    return found


def read_defaults(frame: Frame, faults: Faults) -> None:
    """Judge the defaults of the file, once it is known which names there are."""
    node = frame.source.node
    written = node.values.get("defaults") if isinstance(node, Entries) else None
    if written is None or (isinstance(written, Scalar) and written.value is None):
        return
    note = faults.note(frame.file)
    filled = fill(written, frame.scope.lookup, note)
    if isinstance(filled, Entries):
        for key, value in filled.values.items():
            if key not in _LATE_DEFAULTS:
                _forbid_late(value, key, note)
        judge_emptiness(filled, note)
    frame.late_defaults = next(later_in(filled), None) is not None
    fitter = Fitter(HOOKS)
    defaults = fitter.fit(filled, Defaults, "defaults")
    faults.take(frame.file, fitter)
    if isinstance(defaults, Defaults):
        frame.inherited = inherit(defaults)
    elif isinstance(filled, Entries) and isinstance(expect := filled.values.get("expect"), Entries):
        # What is wrong with the other keys keeps nobody from hearing of the conditions.
        frame.inherited = inherit(Defaults(expect=Expectations(expect)))


def _forbid_late(node: Node, key: str, note: Note) -> None:
    for value, name in later_in(node):
        forbid_late(value, name, key, note)


def judge_emptiness(node: Entries, note: Note) -> None:
    """Note keys without a value, which look as if they said something; null has a meaning for two of them only."""
    for key, value in node.values.items():
        if type(value) is Scalar and value.value is None and value.plain and key not in _NULLABLE:
            note(value, f"{key}: a value is missing; leave the key out, or say what it is")


def forbid_late(node: Node, name: str, key: str, note: Note) -> None:
    """Note that ``${name}``, which is captured, stands where it cannot."""
    note(node, f"{key}: ${{{name}}} is known only once a check has run, and {key} must be known before")


def learn_checks(frame: Frame, faults: Faults) -> None:
    """The names of the checks, for others to name, with what they capture; what is wrong with them is told later."""
    scope = frame.scope
    for below in frame.below:
        for theirs, known in below.scope.checks.items():
            if scope.checks.setdefault(theirs, known) is not known:
                scope.ambiguous.add(theirs)
        scope.ambiguous |= below.scope.ambiguous
    lines: dict[str, int] = {}
    note = faults.note(frame.file)
    for place, check in enumerate(frame.checks):
        name = check.values.get("name") if isinstance(check, Entries) else None
        if not isinstance(check, Entries) or not isinstance(name, Scalar) or name.value is None:
            frame.special.add(place)
            continue
        if UNFOLDING & check.values.keys():
            frame.special.add(place)
        text = name_text(name, scope.lookup)
        frame.known[place] = known = Known(text, _captures(check))
        if text in lines:
            note(name, f"the name {text!r} is taken: a check has it on line {lines[text]}")
        elif text in scope.checks:
            note(name, f"the name {text!r} is taken: a check of an included file has it")
        else:
            lines[text] = name.line
            scope.checks[text] = known


def name_text(name: Scalar, names: Names) -> str:
    """A name with what is known put in; as it is written where something in it stands for nothing."""
    if "${" not in name.text:
        return name.text
    wrong: list[str] = []
    filled = fill(name, names, lambda _node, words: wrong.append(words))
    return name.text if wrong or not isinstance(filled, Scalar) else filled.text


def _captures(check: Entries) -> Mapping[str, bool]:
    written = check.values.get("capture")
    if not isinstance(written, Entries):
        return NO_CAPTURES
    found = {}
    for name, entry in written.values.items():
        secret = entry.values.get("secret") if isinstance(entry, Entries) else None
        said = secret.value if isinstance(secret, Scalar) and isinstance(secret.value, bool) else None
        found[name] = is_secret_header(name) if said is None else said
    return found
