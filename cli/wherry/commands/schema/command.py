"""wherry schema"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wherry.errors import ExitCode
from wherry.table import SCHEMAS
from wherry.ui import options as shared
from wherry.ui.sections import Command

if TYPE_CHECKING:
    from wherry.ui.env import Env


@click.command("schema", cls=Command)
@click.argument("name", type=click.Choice(sorted(SCHEMAS)))
@shared.common
@click.pass_obj
def command(env: Env, name: str) -> ExitCode:
    """Print the JSON Schema of a file that wherry reads, for editors.

    \b
    Examples:
      wherry schema wait > wait.schema.json
      wherry schema config

    Exit codes: 0 done, 2 no such schema. All are in `wherry help exit-codes`.
    """
    import json
    from importlib import import_module

    from wherry.core.document import schema_of

    module, _, kind = SCHEMAS[name].partition(":")
    env.console.out(json.dumps(schema_of(getattr(import_module(module), kind)), indent=2))
    return ExitCode.DONE
