"""Which of the checks are to be run: --tag and --only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.check.suite.graph import with_needs
from wherry.core.suggest import did_you_mean
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.suite.planned import Planned


def select(checks: Sequence[Planned], *, tags: Sequence[str] = (), only: Sequence[str] = ()) -> frozenset[int]:
    """The indices of the checks that are meant, and of all that these need.

    With ``tags``, those that have one of them; with ``only``, those of these names, a name without what a matrix adds
    in brackets standing for all of its combinations; with both, those that both mean; with neither, all. ``checks``
    are those of the whole run, in order. Raises UsageError for a tag or a name that no check has, and where nothing is
    left: a gate that checks nothing is no gate.
    """
    known_tags = {tag for check in checks for tag in check.tags}
    for tag in tags:
        if tag not in known_tags:
            raise UsageError(f"no check has the tag {tag!r}{did_you_mean(tag, known_tags)}")
    known_names = {name for check in checks for name in _names(check)}
    for name in only:
        if name not in known_names:
            raise UsageError(f"no check is called {name!r}{did_you_mean(name, known_names)}")
    wanted_tags, wanted_names = set(tags), set(only)
    chosen = [
        check.index
        for check in checks
        if (not wanted_tags or wanted_tags & set(check.tags))
        and (not wanted_names or wanted_names & set(_names(check)))
    ]
    if not chosen:
        raise UsageError("no check has both the tag and the name" if checks else "there are no checks")
    return with_needs(chosen, [check.needs for check in checks])


def _names(check: Planned) -> tuple[str, ...]:
    return (check.name, check.base) if check.base else (check.name,)
