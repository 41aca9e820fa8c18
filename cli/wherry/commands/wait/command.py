"""`wherry wait`: the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.ui import options as shared
from wherry.ui.sections import Command
from wherry.ui.types import DURATION, TEXT

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from wherry.ui.env import Env


class Waiting(Command):
    """Splits the command line at ``--`` itself: click forgets where it stood."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        command: tuple[str, ...] | None = None
        if "--" in args:
            at = args.index("--")
            args, command = args[:at], tuple(args[at + 1 :])
        rest = super().parse_args(ctx, args)
        ctx.params["command"] = command
        return rest

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [*super().collect_usage_pieces(ctx), "[-- COMMAND...]"]


def _complete_target(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from wherry.core.target import SCHEMES

    starts = [f"{scheme}://" for scheme in (*SCHEMES, "dns")] + ["unix:", "file:", "exec:"]
    return [CompletionItem(start) for start in sorted(starts) if start.startswith(incomplete)]


@click.command(
    "wait",
    cls=Waiting,
    epilog="Exit codes: 0 all ready; 2 usage; 3 a target is broken and cannot become ready; 124 the deadline passed; "
    "130, 143 interrupted. With -- COMMAND its own.",
)
@click.argument("targets", metavar="TARGET...", nargs=-1, shell_complete=_complete_target)
@click.option(
    "-f",
    "--file",
    metavar="FILE",
    multiple=True,
    type=click.Path(allow_dash=True),
    help="Read more targets from this YAML file; - for standard input.",
)
@click.option(
    "--expect",
    metavar="[NAME:]SUBJECT=YAML",
    multiple=True,
    type=TEXT,
    help="What must be true to be ready, such as status=204 or 'time={lt: 800ms}'.",
)
@click.option(
    "--stable",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Successes in a row that are needed, --every apart.",
)
@click.option("--each-ip", is_flag=True, help="Every address of a name must be ready, not just one.")
@click.option("--any", is_flag=True, help="One target is enough.")
@click.option("--not", is_flag=True, help="Wait until the targets are gone.")
@click.option(
    "--every",
    metavar="DURATION",
    type=DURATION,
    default="1s",
    show_default=True,
    help="Pause between attempts; the first ones come sooner.",
)
@shared.deadline("60s")
@shared.timeout("5s")
@shared.output
@shared.network
@shared.common
@click.pass_obj
def command(env: Env, /, **given: Any) -> int:
    """Block until services are ready; then become COMMAND, if one is given.

    A TARGET is http(s)://HOST/PATH, tcp://HOST:PORT or HOST:PORT, tls://HOST, unix:PATH, dns://NAME?type=A, file:PATH,
    exec:COMMAND, redis://, postgres://, mysql://, amqp://, mongodb://, kafka:// or grpc://HOST:PORT/SERVICE, and may be
    given a name: db=postgres://localhost. All are looked at at once, again and again, until all are ready.

    \b
    Examples:
      wherry wait db:5432 redis://cache http://api:8080/ready -- pytest -q
      wherry wait api=http://localhost:8080/ready --expect 'api:json.$.db=up' -T 2m
      wherry wait --not tcp://localhost:8080
    """
    from wherry.commands.wait.handover import Handover
    from wherry.commands.wait.options import from_command_line
    from wherry.commands.wait.run import run

    options = from_command_line(given, shared.network_settings(env, given))
    handover = Handover.prepare()

    code = env.execute(lambda scope: run(options, env, scope), options.deadline_s)
    if options.command:
        env.console.flush()
        return handover.become(options.command)
    return code
