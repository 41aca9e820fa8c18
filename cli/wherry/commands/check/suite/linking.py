"""From the checks of all files to what is run: who needs whom, whose captures are used where, what is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.check.suite.addressing import shown_url
from wherry.commands.check.suite.capture import Source, capture_of
from wherry.commands.check.suite.draft import drafts
from wherry.commands.check.suite.graph import circle
from wherry.commands.check.suite.making import judge_conditions, ready_of
from wherry.commands.check.suite.numbering import Apart
from wherry.commands.check.suite.order import Settling, order_of, policy
from wherry.commands.check.suite.planned import Planned, Suite
from wherry.commands.check.suite.recipe import stand_ins
from wherry.commands.check.suite.scope import ITEM
from wherry.commands.check.suite.shelf import Shelf
from wherry.core.suggest import did_you_mean
from wherry.core.target import Kind
from wherry.core.template import later_in
from wherry.core.yaml import Entries, Items
from wherry.errors import UsageError
from wherry.profile.file import Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from wherry.commands.check.suite.capture import Capture
    from wherry.commands.check.suite.draft import Draft
    from wherry.commands.check.suite.faults import Faults
    from wherry.commands.check.suite.frame import Frame
    from wherry.commands.check.suite.numbering import Numbered
    from wherry.commands.check.suite.order import Order, Stock
    from wherry.commands.check.suite.planned import Recipe
    from wherry.commands.check.suite.scope import Use
    from wherry.core.template import Filled, Note
    from wherry.core.yaml import Node

_CAPTURED_FROM = {Kind.HTTP: frozenset(Source), Kind.EXEC: frozenset({Source.JSON, Source.REGEX}),
                  Kind.FILE: frozenset({Source.JSON, Source.REGEX})}  # fmt: skip


class Linker:
    """Makes suites of drafts, and notes what is wrong between them."""

    def __init__(
        self, stock: Stock, faults: Faults, profile_of: Callable[[str | None], Profile], profile: str | None
    ) -> None:
        self._stock = stock
        self._faults = faults
        self._profile_of = profile_of
        self._profile = profile
        self._profiles: dict[str | None, Profile | None] = {}
        self._numbered: Sequence[Numbered] = ()
        self._ways = stand_ins()
        self._shelf = Shelf(stock)

    def link(self, numbered: Sequence[Numbered], frames: Sequence[Frame]) -> tuple[Suite, ...]:
        """The suites of ``frames``. What is returned is not to be used where a fault was noted."""
        self._numbered = numbered
        if numbered:
            self._profiles[None] = self._profile_of(self._profile)
        apart = Apart(frames)
        checks: dict[int, list[Planned]] = {id(frame): [] for frame in frames}
        needs: list[tuple[int, ...]] = []
        for draft in drafts(numbered, self._faults):
            if words := apart.taken(draft.frame, draft.name, draft.place.line):
                self._note(draft, draft.node.values["name"], words)
            planned = self._planned(draft)
            needs.append(planned.needs if planned else ())
            if planned is not None:
                checks[id(draft.frame)].append(planned)
        self._judge_circles(needs)
        return tuple(
            Suite(frame.name, frame.group, frame.file, tuple(checks[id(frame)]), tuple(frame.scope.secrets))
            for frame in frames
            if checks[id(frame)]
        )

    def _note(self, draft: Draft, node: Node, words: str) -> None:
        self._faults.add(draft.frame.file, node.line, node.column, words)

    def _noting(self, draft: Draft) -> Note:
        return self._faults.note(draft.frame.file)

    def _planned(self, draft: Draft) -> Planned | None:
        check, inherited = draft.check, draft.frame.inherited
        named = check.profile or inherited.profile
        order = order_of(
            check, inherited, self._profile_named(named, draft), named or self._profile, draft.frame.source.folder,
            draft.node.values, draft.name,
        )  # fmt: skip
        listed = draft.instance.each
        uses = self._uses(draft, order) if draft.late or draft.frame.late_defaults or listed else {}
        needs = dict.fromkeys([*self._needs(draft), *(index for _, index in uses.values())])
        if draft.blind:
            judge_conditions(order, self._stock, Settling(self._ways, self._noting(draft)))
            return None
        recipe, kind, url = self._recipe(draft, order, uses)
        if recipe is None or kind is None:
            return None
        timeout_s = inherited.timeout_s if check.timeout is None else check.timeout
        if timeout_s <= 0:
            self._note(draft, draft.node.values.get("timeout", draft.place), "timeout: must be more than 0")
        return Planned(
            draft.index,
            draft.frame.name,
            draft.frame.group,
            draft.name,
            draft.frame.file,
            draft.place.line,
            kind,
            url,
            check.severity or inherited.severity,
            recipe,
            draft.base,
            inherited.tags if not check.tags else self._shelf.one(tuple(dict.fromkeys([*inherited.tags, *check.tags]))),
            tuple(needs),
            check.always,
            named,
            timeout_s,
            self._shelf.one(policy(check.retry, inherited.retry)),
            self._captures(draft, kind) if check.capture else (),
            listed is not None,
        )

    def _profile_named(self, name: str | None, draft: Draft) -> Profile:
        if name not in self._profiles:
            try:
                self._profiles[name] = self._profile_of(name)
            except UsageError as exc:
                self._profiles[name] = None
                self._note(draft, draft.node.values.get("profile", draft.place), f"profile: {exc}")
        return self._profiles[name] or Profile()

    def _recipe(
        self, draft: Draft, order: Order, uses: dict[str, tuple[Use, int]]
    ) -> tuple[Recipe | None, Kind | None, str]:
        late = bool(uses) or draft.instance.each is not None
        settling = Settling(self._ways if late else _AS_IT_IS, self._noting(draft))
        ready = ready_of(order, self._stock, settling)
        if ready is None:
            return None, None, ""
        if not late:
            if ready.secrets:
                draft.frame.scope.secrets.update(dict.fromkeys(ready.secrets))
            return self._shelf.recipe(ready), ready.target.kind, ready.target.shown
        pending = self._shelf.pending(order, uses, draft.instance.each, draft.late_name)
        return pending, ready.target.kind, shown_url(order)

    def _captures(self, draft: Draft, kind: Kind) -> tuple[Capture, ...]:
        written = draft.node.values["capture"]
        assert isinstance(written, Entries)
        captures = []
        for name, entry in (draft.check.capture or {}).items():
            capture = capture_of(name, entry)
            if capture.source not in _CAPTURED_FROM.get(kind, frozenset()):
                self._note(draft, written.keys[name], f"capture: a {kind} target has no {capture.source} to capture")
            captures.append(capture)
        return tuple(captures)

    def _needs(self, draft: Draft) -> list[int]:
        if not draft.check.needs:
            return []
        written = draft.node.values["needs"]
        assert isinstance(written, Items)
        found: list[int] = []
        for name, node in zip(draft.check.needs, written.items, strict=True):
            known = draft.frame.scope.checks.get(name)
            try:
                draft.frame.scope.judge_ambiguity(name)
            except UsageError as exc:
                self._note(draft, node, f"needs: {exc}")
                continue
            if known is not None:
                found += known.indices
                continue
            instance = _instance(name, draft.frame)
            if instance is None:
                near = did_you_mean(name, draft.frame.scope.checks)
                self._note(draft, node, f"needs: there is no check {name!r}{near}")
            else:
                found.append(instance)
        return found

    def _uses(self, draft: Draft, order: Order) -> dict[str, tuple[Use, int]]:
        """The captures that ``order`` uses, each with the index of the check that captures it."""
        found: dict[str, tuple[Use, int]] = {}
        each = draft.instance.each
        for node, name in _later_of(order, each):
            if name in found or (each is not None and name.partition(".")[0] == ITEM):
                continue
            use = draft.frame.scope.use(name)
            assert use is not None
            indices: Sequence[int] = use.check.indices
            if len(indices) > 1:
                indices = [i for i in indices if self._numbered[i].instance.suffix == draft.instance.suffix]
            if len(indices) == 1 and self._numbered[indices[0]].instance.each is None:
                found[name] = (use, indices[0])
            elif use.check.indices:
                words = f"${{{name}}} could be that of any of the checks which {use.check.name!r} becomes"
                self._note(draft, node, f"{words}; only a check of the same matrix knows which")
        return found

    def _judge_circles(self, needs: Sequence[Sequence[int]]) -> None:
        way = circle(needs)
        if way is None:
            return
        first = self._numbered[way[0]]
        node = first.frame.checks[first.place]
        assert isinstance(node, Entries)
        names = " -> ".join(self._numbered[index].name for index in way)
        words = "needs itself" if len(way) == 2 else f"is needed by what it needs: {names}"
        note = self._faults.note(first.frame.file)
        note(node.values.get("needs", node), f"the check {first.name!r} {words}")


_AS_IT_IS = (None,)


def _instance(name: str, frame: Frame) -> int | None:
    """The check of this whole name in ``frame`` or a file that it includes."""
    if name in frame.instances:
        return frame.instances[name]
    return next((index for below in frame.below if (index := _instance(name, below)) is not None), None)


def _later_of(order: Order, each: Filled | None) -> Iterator[tuple[Node, str]]:
    for node in order.nodes():
        yield from later_in(node)
    if each is not None:
        yield from later_in(each)
