"""The checks, each judged by itself and fitted to its type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.check.suite.file import Check
from wherry.commands.check.suite.frame import UNFOLDING, forbid_late, judge_emptiness, judge_name
from wherry.commands.check.suite.scope import ITEM
from wherry.commands.check.suite.written import HOOKS
from wherry.core.fit import Fitter
from wherry.core.template import Filled, fill, later_in
from wherry.core.yaml import Entries

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wherry.commands.check.suite.faults import Faults
    from wherry.commands.check.suite.frame import Frame
    from wherry.commands.check.suite.numbering import Numbered
    from wherry.commands.check.suite.unfold import Instance
    from wherry.core.template import Note
    from wherry.core.yaml import Node

# Where ${check.capture} can stand: what is not needed before the check itself is about to run.
_LATE: Final = frozenset({"url", "headers", "query", "json", "form", "body", "auth", "expect"})


class Draft(msgspec.Struct, frozen=True):
    """A check, or one of those that a matrix makes of it. ``node`` is what it was fitted from, ``late`` whether
    anything in that is to be captured. ``blind``: it has no url that could be read.
    """

    frame: Frame
    base: str
    instance: Instance
    index: int
    name: str
    check: Check
    node: Entries
    place: Node
    late: bool = False
    late_name: Filled | None = None
    blind: bool = False


def drafts(numbered: Sequence[Numbered], faults: Faults) -> Iterator[Draft]:
    """Each of the checks by itself. Of one that something is wrong with there is what can be read, so that the rest of
    it is judged too. Nobody else keeps their nodes, which take ten times what is made of them.
    """
    fitter = Fitter(HOOKS)
    at: tuple[Frame, int] | None = None
    for index, one in enumerate(numbered):
        if at is None or at[0] is not one.frame or at[1] != one.place:
            at = one.frame, one.place
            node = _without_unfolding(one.frame.checks[one.place])
        yield _draft(node, one, index, fitter, faults)


def _without_unfolding(node: Node) -> Entries:
    assert isinstance(node, Entries)
    if not UNFOLDING & node.values.keys():
        return node
    return node.with_values({key: value for key, value in node.values.items() if key not in UNFOLDING})


def _draft(node: Entries, one: Numbered, index: int, fitter: Fitter, faults: Faults) -> Draft:
    frame, instance = one.frame, one.instance
    note = faults.note(frame.file)
    before, laters = len(faults.found), frame.scope.laters
    filled = fill(node, one.lookup, note)
    assert isinstance(filled, Entries)
    late = frame.scope.laters > laters
    late_name = _judge_late(filled, instance.each is not None, note) if late else None
    check = fitter.fit(filled, Check, "")
    faults.take(frame.file, fitter)
    judge_emptiness(filled, note)
    blind = False
    if len(faults.found) > before or not isinstance(check, Check):
        from wherry.commands.check.suite.salvage import NO_URL, salvaged

        check, filled = salvaged(filled, lambda node: faults.known_at(frame.file, node))
        blind = filled.values["url"] is NO_URL
    if check.capture:
        for key in filled.values["capture"].keys.values():  # type: ignore[union-attr]
            judge_name(key, "a capture", note)
    if not check.name.isprintable() or check.name != check.name.strip():
        note(filled.values["name"], "a name is one line of text, without spaces at its ends")
    known = frame.known.get(one.place)
    base = known.name if known is not None and known.name != one.name else ""
    return Draft(frame, base, instance, index, one.name, check, filled, node, late, late_name, blind)


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
