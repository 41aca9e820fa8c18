"""Which checks there are: each gets a number, a whole name, and what tells it from the others of its matrix."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from wherry.commands.check.suite.file import Matrix
from wherry.commands.check.suite.frame import UNFOLDING, judge_name, name_text
from wherry.commands.check.suite.scope import ITEM, Known
from wherry.commands.check.suite.unfold import MOST, ONLY, count, instances
from wherry.commands.check.suite.written import HOOKS, Each
from wherry.core.fit import Fitter
from wherry.core.interpolate import EXPRESSION
from wherry.core.template import fill
from wherry.core.yaml import Entries, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from wherry.commands.check.suite.faults import Faults
    from wherry.commands.check.suite.frame import Frame
    from wherry.commands.check.suite.unfold import Instance
    from wherry.core.template import Names
    from wherry.core.yaml import Node

_NAMELESS: Final = "?"


class Numbered(msgspec.Struct, frozen=True):
    """A check, or one of those that a matrix makes of it: the one at ``place`` among the checks of ``frame``."""

    frame: Frame
    place: int
    name: str
    instance: Instance = ONLY[0]

    @property
    def lookup(self) -> Names:
        """What ``${...}`` stands for in it."""
        return _lookup(self.frame, self.instance)


def numbered(frames: Sequence[Frame], faults: Faults) -> list[Numbered]:
    """The checks of ``frames``, whose names are known, in order; the place of each is its number."""
    found: list[Numbered] = []
    for frame in frames:
        for place in range(len(frame.checks)):
            first = len(found)
            if place in frame.special:
                found.extend(_unfolded(frame, place, faults))
            else:
                found.append(Numbered(frame, place, frame.known[place].name))
            if (known := frame.known.get(place)) is not None:
                known.indices = range(first, len(found))
            for index in range(first, len(found)):
                frame.instances.setdefault(found[index].name, index)
    return found


class Apart:
    """Finds checks that reports cannot tell apart, which they do by suite, group and name.

    Within one file no two have the same name anyway.
    """

    def __init__(self, frames: Sequence[Frame]) -> None:
        files = Counter((frame.name, frame.group) for frame in frames)
        self._shared = {suite for suite, count in files.items() if count > 1}
        self._seen: dict[tuple[str, str, str], tuple[Frame, int]] = {}

    def taken(self, frame: Frame, name: str, line: int) -> str:
        """Words about the check of another file that has ``name`` in the same suite as ``frame``; none without."""
        if (frame.name, frame.group) not in self._shared:
            return ""
        first, at = self._seen.setdefault((frame.name, frame.group, name), (frame, line))
        if first is frame:
            return ""
        return (
            f"the suite {frame.name!r} has a check {name!r} in {first.file}, line {at} too; give one of the "
            "files another name or group"
        )


def _lookup(frame: Frame, instance: Instance) -> Names:
    listed = instance.each is not None
    if instance.local or listed:
        return partial(frame.scope.lookup, local=instance.local, listed=listed)
    return frame.scope.lookup


def _unfolded(frame: Frame, place: int, faults: Faults) -> Iterator[Numbered]:
    """What the check at ``place`` becomes; nothing where that cannot be told."""
    node = frame.checks[place]
    if not isinstance(node, Entries):
        faults.note(frame.file)(node, "a check is a map with a name and a url")
        return
    known = frame.known.get(place) or Known(_NAMELESS)
    written = node.values.get("name")
    taken: set[str] = set()
    for instance in _instances(node, frame, faults):
        name = known.name
        if isinstance(written, Scalar) and instance is not ONLY[0]:
            name = name_text(written, _lookup(frame, instance))
        if instance.suffix and not _names_local(written, instance):
            name = f"{name} {instance.suffix}"
        if (name in taken or name in frame.instances) and name != known.name:
            faults.note(frame.file)(written or node, f"two of the checks that this makes are called {name!r}")
        taken.add(name)
        yield Numbered(frame, place, name, instance)


def _instances(node: Entries, frame: Frame, faults: Faults) -> Iterable[Instance]:
    if not UNFOLDING & node.values.keys():
        return ONLY
    note = faults.note(frame.file)
    before = len(faults.found)
    axes: dict[str, Sequence[Node]] = {}
    each: Node | None = None
    if (matrix := node.values.get("matrix")) is not None:
        fitted = _fitted(fill(matrix, frame.scope.lookup, note), Matrix, "matrix", frame, faults)
        if isinstance(matrix, Entries):
            for key in matrix.keys.values():
                judge_name(key, "a key of a matrix", note)
            if not matrix.values:
                note(matrix, "matrix: expected at least one key, such as {region: [eu, us]}")
        if len(faults.found) == before and not faults.known_at(frame.file, matrix):
            axes = {key: axis.node.items for key, axis in fitted.items()}
    if (written := node.values.get("foreach")) is not None:
        fitted = _fitted(fill(written, frame.scope.lookup, note), Each, "foreach", frame, faults)
        each = fitted.node if isinstance(fitted, Each) else None
    if len(faults.found) > before or (not axes and each is None):
        return ()
    if (number := count(axes, each)) > MOST:
        note(matrix or node, f"this makes {number:,} checks of one; at most {MOST:,} are meant")
        return ()
    return instances(axes, each)


def _fitted(node: Node, kind: Any, key: str, frame: Frame, faults: Faults) -> Any:
    fitter = Fitter(HOOKS)
    value = fitter.fit(node, kind, key)
    faults.take(frame.file, fitter)
    return value


def _names_local(name: Node | None, instance: Instance) -> bool:
    """Whether a name tells the instances apart by itself."""
    if not isinstance(name, Scalar) or "${" not in name.text:
        return False
    heads: Iterable[str] = (str(match.group(1)).partition(".")[0] for match in EXPRESSION.finditer(name.text))
    return any(head in instance.local or (head == ITEM and instance.each is not None) for head in heads)
