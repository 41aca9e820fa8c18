"""What needs what in a program, as far as the metadata of its distributions says. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release.inventory import normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.release.inventory import Inventory


def needs(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """By the normal name of each distribution, those that it needs, by theirs."""
    return {normal(each.name): tuple(sorted({*map(normal, each.requires)})) for each in inventory.distributions}


def direct(graph: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Those that the program itself must need: no other does, or only such as need each other in a circle."""
    needed = {name for names in graph.values() for name in names}
    found = [name for name in sorted(graph) if name not in needed]
    reached = _reached(graph, found)
    for name in sorted(graph):
        if name not in reached:
            found.append(name)
            reached |= _reached(graph, [name])
    return tuple(sorted(found))


def _reached(graph: Mapping[str, tuple[str, ...]], names: list[str]) -> set[str]:
    reached: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph.get(name, ())
    return reached
