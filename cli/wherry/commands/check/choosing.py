"""From suites to the checks that a run is about."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from wherry.commands.check.suite.faults import SuiteError
from wherry.commands.check.suite.loading import load
from wherry.commands.check.suite.selection import select
from wherry.errors import UsageError
from wherry.ui.console import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.options import Options
    from wherry.commands.check.suite.planned import Planned, Suite
    from wherry.ui.env import Env

_MOST_FAULTS: Final = 50


def loaded(options: Options, env: Env) -> tuple[Suite, ...]:
    """The suites, whose secrets are masked from here on. Where several things are wrong, each has a line of its own.

    Raises UsageError.
    """
    try:
        suites = load(options.paths, options.variables, os.environ, profile=env.profile_name)
    except SuiteError as exc:
        if len(exc.faults) == 1:
            raise
        for fault in exc.faults[:_MOST_FAULTS]:
            env.console.alert(printable(str(fault)))
        hint = "--validate shows all of them" if len(exc.faults) > _MOST_FAULTS else None
        raise UsageError(f"{len(exc.faults)} things are wrong with the suites", hint=hint) from None
    env.redactor.add(*(secret for suite in suites for secret in suite.secrets))
    return suites


def chosen(suites: Sequence[Suite], options: Options) -> list[Planned]:
    """The checks that the options mean and those that these need, in order. Raises UsageError where there are none."""
    checks = [check for suite in suites for check in suite.checks]
    wanted = select(checks, tags=options.tags, only=options.only)
    return [check for check in checks if check.index in wanted]
