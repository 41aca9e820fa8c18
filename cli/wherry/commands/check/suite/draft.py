"""The checks of one file, each judged by itself: unfolded, fitted to its type, numbered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.check.suite.file import Check, Matrix
from wherry.commands.check.suite.frame import forbid_late, judge_emptiness, judge_name
from wherry.commands.check.suite.salvage import NO_URL, salvaged
from wherry.commands.check.suite.scope import ITEM, Known
from wherry.commands.check.suite.unfold import MOST, ONLY, count, instances
from wherry.commands.check.suite.written import HOOKS, Each
from wherry.core.fit import Fitter
from wherry.core.interpolate import EXPRESSION
from wherry.core.template import Filled, fill, later_in
from wherry.core.yaml import Entries, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from wherry.commands.check.suite.faults import Faults
    from wherry.commands.check.suite.frame import Frame
    from wherry.commands.check.suite.unfold import Instance
    from wherry.core.template import Note
    from wherry.core.yaml import Node

# Where ${check.capture} can stand: what is not needed before the check itself is about to run.
_LATE: Final = frozenset({"url", "headers", "query", "json", "form", "body", "auth", "expect"})
_UNFOLDING: Final = frozenset({"matrix", "foreach"})


class Draft(msgspec.Struct, frozen=True):
    """A check, or one of those that a matrix makes of it. ``node`` is what it was fitted from, ``late`` whether
    anything in that is to be captured. ``blind``: it has no url that could be read.
    """

    frame: Frame
    known: Known
    instance: Instance
    index: int
    name: str
    check: Check
    node: Entries
    place: Node
    late: bool = False
    late_name: Filled | None = None
    blind: bool = False

    @property
    def base(self) -> str:
        return self.known.name if self.known.name != self.name else ""


def drafts_of(frame: Frame, faults: Faults, first: int) -> list[Draft]:
    """The checks of ``frame``, numbered from ``first``. Of one that something is wrong with there is what can be read,
    so that the rest of it is judged too.
    """
    note = faults.note(frame.file)
    fitter = Fitter(HOOKS)
    found: list[Draft] = []
    for place, node in enumerate(frame.checks):
        if not isinstance(node, Entries):
            note(node, "a check is a map with a name and a url")
            continue
        for instance, entries in _unfolded(node, frame, fitter, faults):
            draft = _draft(entries, instance, frame, place, fitter, faults, first + len(found))
            _number(draft, faults)
            found.append(draft)
    return found


def _unfolded(node: Entries, frame: Frame, fitter: Fitter, faults: Faults) -> Iterator[tuple[Instance, Entries]]:
    """The instances of a check, each with the check but for what unfolds it."""
    if not _UNFOLDING & node.values.keys():
        yield ONLY[0], node
        return
    note = faults.note(frame.file)
    before = len(faults.found)
    axes: dict[str, tuple[Node, ...]] = {}
    each: Node | None = None
    if (matrix := node.values.get("matrix")) is not None:
        fitted = fitter.fit(fill(matrix, frame.scope.lookup, note), Matrix, "matrix")
        _take(fitter, frame, faults)
        if isinstance(matrix, Entries):
            for key in matrix.keys.values():
                judge_name(key, "a key of a matrix", note)
            if not matrix.values:
                note(matrix, "matrix: expected at least one key, such as {region: [eu, us]}")
        if len(faults.found) == before and not faults.known_at(frame.file, matrix):
            axes = {key: axis.node.items for key, axis in fitted.items()}
    if (written := node.values.get("foreach")) is not None:
        fitted_each = fitter.fit(fill(written, frame.scope.lookup, note), Each, "foreach")
        _take(fitter, frame, faults)
        each = fitted_each.node if isinstance(fitted_each, Each) else None
    if len(faults.found) > before or (not axes and each is None):
        return
    if (number := count(axes, each)) > MOST:
        note(matrix or node, f"this makes {number:,} checks of one; at most {MOST:,} are meant")
        return
    values = {key: value for key, value in node.values.items() if key not in _UNFOLDING}
    rest = Entries(values, node.keys, node.line, node.column, node.count)
    for instance in instances(axes, each):
        yield instance, rest


def _take(fitter: Fitter, frame: Frame, faults: Faults) -> None:
    for fault in fitter.faults:
        faults.add(frame.file, fault.line, fault.column, fault.words)
    fitter.faults = []


def _draft(
    node: Entries, instance: Instance, frame: Frame, place: int, fitter: Fitter, faults: Faults, index: int
) -> Draft:
    note = faults.note(frame.file)
    listed = instance.each is not None
    lookup = frame.scope.lookup
    if instance.local or listed:
        lookup = partial(lookup, local=instance.local, listed=listed)
    before, laters = len(faults.found), frame.scope.laters
    filled = fill(node, lookup, note)
    assert isinstance(filled, Entries)
    late = frame.scope.laters > laters
    late_name = _judge_late(filled, listed, note) if late else None
    check = fitter.fit(filled, Check, "")
    _take(fitter, frame, faults)
    judge_emptiness(filled, note)
    blind = False
    if len(faults.found) > before or not isinstance(check, Check):
        check, filled = salvaged(filled, lambda node: faults.known_at(frame.file, node))
        blind = filled.values["url"] is NO_URL
    if check.capture:
        for key in filled.values["capture"].keys.values():  # type: ignore[union-attr]
            judge_name(key, "a capture", note)
    if not check.name.isprintable() or check.name != check.name.strip():
        note(filled.values["name"], "a name is one line of text, without spaces at its ends")
    name = check.name
    if instance.suffix and not _names_local(node.values.get("name"), instance):
        name = f"{name} {instance.suffix}"
    known = frame.known.get(place) or Known(name, {})
    return Draft(frame, known, instance, index, name, check, filled, node, late, late_name, blind)


def _judge_late(node: Entries, listed: bool, note: Note) -> Filled | None:
    """Note what is captured and stands where it cannot; a name may have items of a captured list, and is returned."""
    late_name = None
    for key, value in node.values.items():
        # Which file is sent is not for a server to say.
        if key in _LATE and not (key == "body" and isinstance(value, Entries)):
            continue
        for inner, name in later_in(value):
            if key == "name" and listed and name.partition(".")[0] == ITEM:
                late_name = inner
            else:
                forbid_late(inner, name, key, note)
    return late_name


def _names_local(name: Node | None, instance: Instance) -> bool:
    """Whether a name tells the instances apart by itself."""
    if not isinstance(name, Scalar) or "${" not in name.text:
        return False
    heads: Iterable[str] = (str(match.group(1)).partition(".")[0] for match in EXPRESSION.finditer(name.text))
    return any(head in instance.local or (head == ITEM and instance.each is not None) for head in heads)


def _number(draft: Draft, faults: Faults) -> None:
    draft.known.indices.append(draft.index)
    instances_ = draft.frame.instances
    if draft.name in instances_ and draft.name != draft.known.name:
        words = f"two of the checks that this makes are called {draft.name!r}"
        faults.note(draft.frame.file)(draft.node.values["name"], words)
    instances_.setdefault(draft.name, draft.index)
