"""`wherry load`: the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.commands.load.compare.command import compare
from wherry.commands.load.cores import cores as cores
from wherry.commands.load.parameters import GATE, complete_format
from wherry.commands.load.report.command import report
from wherry.ui import options as shared
from wherry.ui.sections import Leading, LeadingArgument
from wherry.ui.types import DURATION, HEADER, TEXT, Parsed

if TYPE_CHECKING:
    from wherry.errors import ExitCode
    from wherry.ui.env import Env

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PATH = click.Path(dir_okay=False, allow_dash=True)
_COUNT = click.IntRange(min=1)


def _condition(text: str) -> str:
    from wherry.commands.load.expectation import read

    read(text)
    return text


def _complete_words(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    if ctx.params.get("words"):
        return []
    return [word for word in (*command.commands, *_METHODS) if word.lower().startswith(incomplete.lower())]


@click.group(
    "load",
    cls=Leading,
    invoke_without_command=True,
    epilog="Exit codes: 0 done, and every gate is met; 1 a gate is not met; 2 usage, or the targets are not valid; 3 "
    "nothing was answered, or a report cannot be written; 124 the deadline passed; 130, 143 interrupted, with a report "
    "of what was done.",
)
@click.argument("words", cls=LeadingArgument, nargs=-1, metavar="[METHOD] URL", shell_complete=_complete_words)
@click.option("-c", "--connections", type=_COUNT, metavar="N", help="Keep so many busy: a closed loop (50).")
@click.option("-n", "--requests", type=_COUNT, metavar="N", help="Send so many.")
@click.option(
    "-z", "--duration", type=DURATION, metavar="DURATION", help="Send for so long; 10s where -n is not given either."
)
@click.option(
    "--rate", metavar="RATE", type=TEXT,
    help="Send by a schedule, whatever becomes of it: an open loop. 500/s, a ramp 100/s:1000/s, or stages "
    "30s@50/s,1m@200/s.",
)  # fmt: skip
@click.option(
    "--arrivals", type=click.Choice(["constant", "poisson"]), help="How --rate spaces them: evenly, or at random."
)
@click.option(
    "--max-connections", type=_COUNT, metavar="N", help="Open no more for --rate (10000); what finds none is late."
)
@click.option("--jobs", type=_COUNT, metavar="N", help="Send from so many processes; one for each core unless told.")
@click.option("--warmup", type=DURATION, metavar="DURATION", help="Send for so long before anything counts.")
@click.option("--think", type=DURATION, metavar="DURATION", help="Let each connection rest after an answer.")
@click.option("-X", "--method", metavar="METHOD", help="The method, as METHOD before the URL.")
@click.option(
    "-H", "--header", type=HEADER, multiple=True, metavar="NAME:VALUE",
    help="Send this header; without a value, do not send one.",
)  # fmt: skip
@click.option("--json", metavar="JSON|@FILE|@-", help="Send this JSON.")
@click.option("-d", "--data", metavar="TEXT|@FILE|@-", help="Send this as it is.")
@click.option("-u", "--user", metavar="USER:SECRET", help="Authenticate with Basic.")
@click.option("--bearer", metavar="SECRET", help="Authenticate with this bearer token.")
@click.option(
    "--targets", type=_PATH, metavar="FILE",
    help="Without a URL: send the requests in this file, in turn. With one: fill in its {COLUMN}s from the rows of it.",
)  # fmt: skip
@click.option(
    "--targets-format", type=click.Choice(["http", "json", "csv", "jsonl"]),
    help="What the file is written in, where its ending and content do not say.",
)  # fmt: skip
@click.option("--http2", is_flag=True, help="Speak HTTP/2.")
@click.option("--keepalive/--no-keepalive", default=True, help="Keep connections for the next request (default).")
@click.option("--follow", is_flag=True, help="Follow redirects; without it, one is an answer.")
@click.option("--unix-socket", type=click.Path(dir_okay=False), metavar="PATH", help="Connect to this socket.")
@click.option("--seed", type=click.IntRange(min=0), default=0, metavar="N", help="Begin what is random here (0).")
@shared.timeout("20s")
@click.option(
    "--expect", type=Parsed("SUBJECT=YAML", _condition), multiple=True, metavar="SUBJECT=YAML",
    help="Count an answer as failed where this does not hold, such as status=204 or json.$.ok=true.",
)  # fmt: skip
@click.option(
    "--gate", type=GATE, multiple=True, metavar="GATE",
    help="Exit with 1 unless this holds of the run, such as 'p(99)<250ms', 'error_rate<1%' or 'throughput>900/s'.",
)  # fmt: skip
@click.option("--abort-on-gate", is_flag=True, help="End the run as soon as a gate is not met.")
@click.option(
    "--report", metavar="FORMAT[=FILE]", multiple=True, type=TEXT, shell_complete=complete_format,
    help="Write a report: text, json, csv, jsonl, junit, hdr, html, prom; several may be given.",
)  # fmt: skip
@click.option("--name", default="", metavar="NAME", help="What the run is called in its reports.")
@shared.deadline()
@shared.output
@shared.network
@shared.common
@click.pass_obj
def command(env: Env, /, **given: Any) -> ExitCode:
    """Load a server, and tell the truth about it.

    With -c, so many connections each send their next request when the answer to the last has come: how much can the
    server do? With --rate, requests are sent by a schedule: how long do its users wait? Latency counts from the moment
    at which a request was to be sent, so that a server which stalls is not spared.

    A SECRET may be env:NAME, file:PATH or exec:COMMAND.

    \b
    Examples:
      wherry load http://localhost:8080/ -c 50 -z 30s
      wherry load https://api.example.com/items --rate 500/s -z 1m --gate 'p(99)<250ms' --gate 'error_rate<1%'
      wherry load POST https://api.example.com/items --json '{"id": "{id}"}' --targets ids.csv --rate 100/s:1000/s -z 5m
      wherry load --targets targets.http --rate 30s@50/s,1m@200/s --report html=load.html --report json=load.json
    """
    from wherry.commands.load.options import read_options
    from wherry.commands.load.run import run

    options = read_options(given, env.profile(), shared.network_settings(env, given), cores=cores(), output=env.output)
    return run(options, env)


command.add_command(report)
command.add_command(compare)
