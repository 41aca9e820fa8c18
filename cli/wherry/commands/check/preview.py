"""What a run would be, without running it: --list and --validate."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wherry.commands.check.suite.faults import SuiteError
from wherry.commands.check.suite.loading import load
from wherry.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wherry.commands.check.options import Options
    from wherry.commands.check.suite.planned import Planned
    from wherry.ui.env import Env


def validate(options: Options, env: Env) -> ExitCode:
    """Print every fault of the suites on a line of its own, or how many checks there are."""
    try:
        suites = load(options.paths, options.variables, os.environ, profile=env.profile_name)
    except SuiteError as exc:
        if env.output == "json":
            faults = [
                {"file": fault.file, "line": fault.line, "column": fault.column, "words": fault.words}
                for fault in exc.faults
            ]
            env.console.json({"valid": False, "faults": faults})
        else:
            for fault in exc.faults:
                env.console.out(str(fault))
        return ExitCode.USAGE
    count = sum(len(suite.checks) for suite in suites)
    if env.output == "json":
        env.console.json({"valid": True, "faults": []})
    else:
        env.console.out(f"valid: {_counted(count, 'check')} in {_counted(len(suites), 'suite')}")
    return ExitCode.DONE


def listed(checks: Sequence[Planned], env: Env) -> ExitCode:
    """Print what would run, in the order in which it stands."""
    mask = env.redactor.mask
    if env.output == "json":
        names = {check.index: check.name for check in checks}
        document = [
            {
                "suite": check.suite,
                "group": check.group,
                "name": mask(check.name),
                "file": check.file,
                "line": check.line,
                "kind": check.kind.value,
                "url": mask(check.url),
                "tags": list(check.tags),
                "severity": check.severity.value,
                "needs": [mask(names[need]) for need in check.needs],
                "always": check.always,
            }
            for check in checks
        ]
        env.console.json({"checks": document})
        return ExitCode.DONE
    width = max(len(mask(check.name)) for check in checks)
    suite = None
    for check in checks:
        if (check.suite, check.file) != suite:
            suite = (check.suite, check.file)
            env.console.out(f"{check.suite}  {check.file}")
        tags = f"  [{', '.join(check.tags)}]" if check.tags else ""
        env.console.out(f"  {mask(check.name):<{width}}  {mask(check.url)}{tags}")
    return ExitCode.DONE


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
