"""`wherry load report`: the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wherry.commands.load.parameters import GATE, complete_format
from wherry.ui import options as shared
from wherry.ui.sections import Command
from wherry.ui.types import TEXT

if TYPE_CHECKING:
    from wherry.commands.load.gates.gate import Gate
    from wherry.errors import ExitCode
    from wherry.ui.env import Env


@click.command(
    "report",
    cls=Command,
    epilog="Exit codes: 0 done; 1 a gate is not met; 2 usage, or FILE cannot be read; 3 a report cannot be written.",
)
@click.argument("file", metavar="FILE", type=click.Path(allow_dash=True))
@click.option(
    "--to", metavar="FORMAT[=FILE]", multiple=True, type=TEXT, shell_complete=complete_format,
    help="Write a report: text, json, csv, jsonl, junit, hdr, html, prom; several may be given.",
)  # fmt: skip
@click.option(
    "--gate", metavar="GATE", multiple=True, type=GATE,
    help="Hold the run to this, such as 'p(99)<250ms'; several may be given.",
)  # fmt: skip
@shared.output
@shared.common
@click.pass_obj
def report(env: Env, /, file: str, to: tuple[str, ...], gate: tuple[Gate, ...]) -> ExitCode:
    """Make the reports of a run again, in any format.

    FILE is the record that `wherry load -o json` prints, or single results: those of `wherry load --report jsonl` or
    csv, or vegeta's in JSON or CSV. What it is shows by its content; - is standard input. Of single results what is
    not in them stays unknown, such as which requests were never sent.

    \b
    Examples:
      wherry load report run.json
      wherry load report run.json --to html=run.html --to junit=run.xml
      vegeta encode results.bin | wherry load report - --gate 'p(99)<250ms'
    """
    from wherry.commands.load.report.again import run
    from wherry.commands.load.report.formats import FORMATS
    from wherry.ui.report import parse

    return run(file, parse(to, FORMATS, output=env.output, option="--to"), gate, env)
