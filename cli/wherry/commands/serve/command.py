"""`wherry serve`: the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.core.listen import Listen, parse_listen
from wherry.ui import options as shared
from wherry.ui.sections import Command
from wherry.ui.types import DURATION, SIZE, TEXT, Parsed

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from wherry.ui.env import Env

LISTEN: Parsed[Listen] = Parsed("ADDR", parse_listen)
_FILE = click.Path(dir_okay=False)


def _complete_folder(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


@click.command(
    "serve",
    cls=Command,
    epilog="Exit codes: 2 usage, folder or certificate invalid; 3 cannot listen; 124 the deadline passed; "
    "130, 143 stopped by a signal, after the requests under way have ended.",
)
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(), shell_complete=_complete_folder)
@click.option(
    "-l",
    "--listen",
    type=LISTEN,
    multiple=True,
    default=["127.0.0.1:8080"],
    show_default=True,
    metavar="ADDR",
    help="Listen here: HOST:PORT, :PORT for all addresses, port 0 for a free one, unix:PATH. May be repeated.",
)
@click.option("--routes", is_flag=True, help="With DIR: keep the test routes too; they go before files.")
@click.option("--no-index", is_flag=True, help="No index pages for folders without index.html.")
@click.option("--hidden", is_flag=True, help="Serve names that begin with a dot.")
@click.option("--cors", is_flag=True, help="Let web pages of any origin read the answers.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Speak TLS with this certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its private key (PEM), if it is not in the same file.")
@click.option("--tls-self-signed", is_flag=True, help="Speak TLS with a certificate made for this run.")
@click.option(
    "--tls-name",
    type=TEXT,
    multiple=True,
    metavar="NAME",
    help="A name or address for that certificate, beside localhost, 127.0.0.1 and ::1.",
)
@click.option("--tls-ca-file", type=_FILE, metavar="FILE", help="Write the authority to trust here.")
@click.option(
    "--ready-file", type=_FILE, metavar="FILE", help="Write the URLs here once listening; removed at the end."
)
@click.option(
    "--ready-after", type=DURATION, default="0s", metavar="DURATION", help="Let /ready answer 503 for so long first."
)
@click.option(
    "--max-body", type=SIZE, default="10MiB", show_default=True, metavar="SIZE", help="Refuse longer request bodies."
)
@click.option(
    "--drain-timeout",
    type=DURATION,
    default="10s",
    show_default=True,
    metavar="DURATION",
    help="At the end, give requests under way this long.",
)
@click.option("--admin", type=LISTEN, metavar="ADDR", help="Show /live, /ready, /metrics and /debug/tasks here.")
@click.option("--no-access-log", is_flag=True, help="Do not log each request; -q does not either.")
@shared.deadline()
@shared.output
@shared.common
@click.pass_obj
def command(env: Env, /, **given: Any) -> int:  # fmt: skip
    """Answer requests: with the test routes, or, given DIR, with its files.

    The test routes echo, fail, wait and break: /echo, /status/503, /delay/250ms, /bytes/10MiB, /flaky?fail=3, /drip,
    /redirect/3, /headers, /auth/bearer/TOKEN, /sse, /json, /fault/reset and more; / lists them.
    Files have ranges, ETags, gzip and index pages, and nothing outside DIR can be reached.

    \b
    Examples:
      wherry serve
      wherry serve ./public --listen :8000
      wherry serve --tls-self-signed --listen 127.0.0.1:0 --ready-file ready.txt
      wherry serve --ready-after 5s & wherry wait http://127.0.0.1:8080/ready
    """
    from wherry.commands.serve.options import from_command_line

    options = from_command_line(given, quiet=env.console.quiet)

    def main(scope: Any) -> Any:
        from wherry.commands.serve.run import run

        return run(options, env, scope)

    return env.execute(main, given["deadline"], serving=True)
