"""`wherry check init`: the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.ui import options as shared
from wherry.ui.sections import Command
from wherry.ui.types import HEADER

if TYPE_CHECKING:
    from wherry.errors import ExitCode
    from wherry.ui.env import Env


@click.command(
    "init",
    cls=Command,
    epilog="Exit codes: 0 done; 1 the endpoint answers with a status of 400 or more; 2 the file is there already, or "
    "the document cannot be used; 3 no answer, or not written; 124 the deadline passed.",
)
@click.argument("source", metavar="URL|OPENAPI")
@click.argument("file", metavar="[FILE]", required=False, default="smoke.yaml", type=click.Path(allow_dash=True))
@click.option(
    "-H", "--header", metavar="NAME:VALUE", multiple=True, type=HEADER, help="Send this header, and so will the check."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@shared.deadline("30s")
@shared.network
@shared.common
@click.pass_obj
def init(env: Env, /, **given: Any) -> ExitCode:
    """Write a first suite, from a URL or an OpenAPI document.

    It goes to smoke.yaml, or to FILE, - for standard output. A URL is asked for once, and the answer becomes a check:
    its status, its type, a generous limit of time, what stands at the top of its JSON, and 14 days left for its
    certificate. An OpenAPI document (3.0 to 3.2, JSON or YAML, a file or at a URL) becomes a check for each GET and
    HEAD that needs no value which the document does not give.

    No secret of the URL or of a header is written: the suite takes it from the environment.

    \b
    Examples:
      wherry check init https://api.example.com/health
      wherry check init openapi.json api.yaml
      wherry check init https://api.example.com/openapi.json -
    """
    from wherry.commands.check.init.options import from_command_line
    from wherry.commands.check.init.run import run

    options = from_command_line(given, shared.network_settings(env, given))
    return env.execute(lambda scope: run(options, env, scope), given["deadline"])
