"""wherry version"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wherry.errors import ExitCode
from wherry.ui import options as shared
from wherry.ui.sections import Command

if TYPE_CHECKING:
    from wherry.ui.env import Env


@click.command("version", cls=Command)
@shared.output
@shared.common
@click.pass_obj
def command(env: Env) -> ExitCode:
    """Print the version, and what it was built from.

    \b
    Examples:
      wherry version
      wherry version -o json

    Exit codes: 0 done. All are in `wherry help exit-codes`.
    """
    from wherry.commands.version import render
    from wherry.commands.version.facts import gather

    facts = gather()
    if env.output == "json":
        env.console.json(render.document(facts))
    else:
        env.console.out(render.text(facts))
    return ExitCode.DONE
