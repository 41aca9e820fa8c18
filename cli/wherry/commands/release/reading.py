"""The text of a release.yml fitted to its types, or all in it that does not fit, each with its place. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release import foreign
from wherry.commands.release.file import ReleaseFile
from wherry.core.fit import Fault, Fitter
from wherry.core.record import Record
from wherry.core.yaml import Entries, Items, load

if TYPE_CHECKING:
    from wherry.commands.release.templates import Place
    from wherry.core.yaml import Node


class Reading(Record):
    """``file`` is None where there are ``faults``, in the order of their lines; ``root`` is what ``text`` says."""

    file: ReleaseFile | None
    text: str
    root: Node
    faults: tuple[Fault, ...]


def read(text: bytes, source: str) -> Reading:
    """Fit ``text`` to the types; ``source`` names it in messages. Raises YamlError for what is not YAML."""
    root = load(text, source=source)
    root, faults = foreign.without(root)
    fitter = Fitter({})
    file = fitter.fit(root, ReleaseFile, "")
    faults += fitter.faults
    return Reading(None if faults else file, text.decode("utf-8").removeprefix("\ufeff"), root, in_order(faults))


def in_order(faults: list[Fault]) -> tuple[Fault, ...]:
    """By line and column."""
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))


def node_at(root: Node, place: Place) -> Node:
    """What stands at ``place``, or the nearest above it where that is left out."""
    for step in place:
        if isinstance(root, Items) and isinstance(step, int) and step < len(root.items):
            root = root.items[step]
        elif isinstance(root, Entries) and isinstance(step, str) and step in root.values:
            root = root.values[step]
        else:
            break
    return root
