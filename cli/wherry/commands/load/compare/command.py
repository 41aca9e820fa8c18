"""`wherry load compare`: the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.ui import options as shared
from wherry.ui.sections import Command
from wherry.ui.types import Parsed

if TYPE_CHECKING:
    from wherry.errors import ExitCode
    from wherry.ui.env import Env


def _share(text: str) -> float:
    from wherry.commands.load.compare.options import share

    return share(text)


@click.command(
    "compare",
    cls=Command,
    epilog="Exit codes: 0 done, whatever came of it; 1 something became worse by more than --fail-on-regression; 2 "
    "usage, or runs that are not to be compared; 3 a run failed; 130, 143 interrupted.",
)
@click.argument("sides", metavar="OLD... [vs] NEW... [-- OPTIONS]", nargs=-1, required=True)
@click.option("--repeats", metavar="N", type=click.IntRange(min=1), help="Make so many runs of each URL, in turn (5).")
@click.option(
    "--fail-on-regression", metavar="SHARE", type=Parsed("SHARE", _share),
    help="Exit with 1 where something became worse by more than this, such as 5%, for sure.",
)  # fmt: skip
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Begin what is random here (0).")
@shared.output
@shared.common
@click.pass_obj
def compare(env: Env, /, **given: Any) -> ExitCode:
    """Say whether runs of one server are better or worse than those of another, or that this cannot be told.

    OLD and NEW are files of records, which `wherry load -o json` prints, with vs between several of each; or two URLs,
    of which runs are made in turn, with the OPTIONS of `wherry load`. The runs must have been asked for alike but for
    the URL.

    What varies by chance is a run, not a request: it takes four runs of each side or more to tell anything.

    \b
    Examples:
      wherry load compare old-*.json vs new-*.json
      wherry load compare http://localhost:8080/ http://localhost:8081/ --repeats 6 -- -c 50 -z 10s
      wherry load compare main-*.json vs branch-*.json --fail-on-regression 5%
    """
    from wherry.commands.load.command import cores
    from wherry.commands.load.compare.options import read_options
    from wherry.commands.load.compare.run import run

    return run(read_options(given), env, cores=cores())
