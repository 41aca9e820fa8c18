"""Which runs may be compared: whole ones that were asked for alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.load.record import Ended
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.load.compare.side import Run
    from wherry.commands.load.record import Plan

# Where the server is is what differs; the seed only spaces what is random.
MAY_DIFFER: Final = frozenset({"urls", "seed"})


def refuse_unlike(before: Sequence[Run], after: Sequence[Run]) -> None:
    """Raises UsageError for runs that were cut off, that were asked for in another way, or are of several servers."""
    runs = [*before, *after]
    for run in runs:
        if run.record.ended is not Ended.COMPLETE:
            raise UsageError(f"{run.name}: this run was cut off ({run.record.ended}): it is not to be compared")
        if run.record.error_rate is None:
            raise UsageError(f"{run.name}: nothing was answered in this run")
    first = runs[0]
    for run in runs[1:]:
        differing = unlike(first.record.plan, run.record.plan)
        if differing:
            said = "; ".join(f"{name} is {_said(old)} and {_said(new)}" for name, (old, new) in differing.items())
            raise UsageError(f"{first.name} and {run.name} are runs of different kinds: {said}")
    for side in (before, after):
        for run in side[1:]:
            if run.record.plan.urls != side[0].record.plan.urls:
                raise UsageError(f"{side[0].name} and {run.name} are of one side, and of different URLs")


def unlike(old: Plan, new: Plan) -> dict[str, tuple[object, object]]:
    """The fields in which two plans must not differ and do, with both values."""
    before, after = msgspec.structs.asdict(old), msgspec.structs.asdict(new)
    return {
        name: (value, after[name]) for name, value in before.items() if name not in MAY_DIFFER and value != after[name]
    }


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"
    return "not given" if value is None else str(value)
