"""What must come before what."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def circle(needs: Sequence[Sequence[int]]) -> list[int] | None:
    """A way from a check over what it needs back to itself, that check at both ends; None where there is none.

    ``needs`` are the indices of those that each needs.
    """
    done: set[int] = set()
    for start in range(len(needs)):
        if start in done:
            continue
        way = [start]
        on_way = {start}
        ahead = [iter(needs[start])]
        while way:
            for index in ahead[-1]:
                if index in on_way:
                    return [*way[way.index(index) :], index]
                if index not in done:
                    way.append(index)
                    on_way.add(index)
                    ahead.append(iter(needs[index]))
                    break
            else:
                done.add(way[-1])
                on_way.remove(way.pop())
                ahead.pop()
    return None


def with_needs(chosen: Sequence[int], needs: Sequence[Sequence[int]]) -> frozenset[int]:
    """``chosen`` with everything that they need, directly or not."""
    found = set(chosen)
    ahead = list(found)
    while ahead:
        for index in needs[ahead.pop()]:
            if index not in found:
                found.add(index)
                ahead.append(index)
    return frozenset(found)
