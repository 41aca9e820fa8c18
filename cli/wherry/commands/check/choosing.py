"""From suites to the checks that a run is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.check.suite.selection import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.options import Options
    from wherry.commands.check.suite.planned import Planned, Suite


def chosen(suites: Sequence[Suite], options: Options) -> list[Planned]:
    """The checks that the options mean and those that these need, in order. Raises UsageError where there are none."""
    checks = [check for suite in suites for check in suite.checks]
    wanted = select(checks, tags=options.tags, only=options.only)
    return [check for check in checks if check.index in wanted]
