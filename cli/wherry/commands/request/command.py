"""wherry request"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.ui import options as shared
from wherry.ui.sections import Command
from wherry.ui.types import DURATION, HEADER, Parsed

if TYPE_CHECKING:
    from wherry.commands.request.paginate import Pagination
    from wherry.commands.request.payload import Upload
    from wherry.core.expect.jsonpath import JsonPath
    from wherry.core.expect.parse import Condition
    from wherry.errors import ExitCode
    from wherry.ui.env import Env


def _pair(text: str) -> tuple[str, str]:
    from wherry.commands.request.payload import parse_pair

    return parse_pair(text)


def _upload(text: str) -> Upload:
    from wherry.commands.request.payload import parse_upload

    return parse_upload(text)


def _condition(text: str) -> Condition:
    from wherry.core.expect import parse
    from wherry.core.target import Kind

    return parse(text, kind=Kind.HTTP)


def _json_path(text: str) -> JsonPath:
    from wherry.core.expect.jsonpath import compile_path

    return compile_path(text)


def _pagination(text: str) -> Pagination:
    from wherry.commands.request.paginate import parse_pagination

    return parse_pagination(text)


def _methods(_ctx: click.Context, _param: click.Parameter, text: str) -> list[str]:
    return [method for method in _METHODS if text and method.startswith(text.upper())]


_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PATH = click.Path(dir_okay=False)
_PAIR = Parsed("NAME=VALUE", _pair)


@click.command("request", cls=Command)
@click.argument(
    "words",
    nargs=-1,
    metavar="[METHOD] URL",
    shell_complete=_methods,
    help="What to do, GET unless there is a body, and where.",
)
@click.option(
    "-H",
    "--header",
    type=HEADER,
    multiple=True,
    metavar="NAME:VALUE",
    help="Send this header; without a value, do not send one.",
)
@click.option("--query", type=_PAIR, multiple=True, metavar="NAME=VALUE", help="Add to the URL's query.")
@click.option("--json", metavar="JSON|@FILE|@-", help="Send this JSON.")
@click.option("-d", "--data", metavar="TEXT|@FILE|@-", help="Send this as it is.")
@click.option("--form", type=_PAIR, multiple=True, metavar="NAME=VALUE", help="Send a field of a form.")
@click.option(
    "--file",
    type=Parsed("NAME=@PATH", _upload),
    multiple=True,
    metavar="NAME=@PATH[;type=...]",
    help="Send a file as a part of a form.",
)
@click.option("-u", "--user", metavar="USER:SECRET", help="Authenticate with Basic.")
@click.option("--bearer", metavar="SECRET", help="Authenticate with this bearer token.")
@click.option("--oauth-token-url", metavar="URL", help="Fetch a token there (OAuth 2 client credentials), and keep it.")
@click.option("--oauth-client-id", metavar="ID", help="Who asks for the token.")
@click.option("--oauth-client-secret", metavar="SECRET", help="The secret that proves it.")
@click.option("--oauth-scope", metavar="SCOPE", help="What the token is to allow.")
@click.option("--oauth-audience", metavar="AUDIENCE", help="What service the token is for.")
@click.option(
    "--expect",
    type=Parsed("SUBJECT=YAML", _condition),
    multiple=True,
    metavar="SUBJECT=YAML",
    help="Expect this of the answer, such as status=200 or 'time={lt: 800ms}'.",
)
@click.option(
    "--extract",
    type=Parsed("JSONPATH", _json_path),
    metavar="JSONPATH",
    help="Print what this selects: scalars raw, one a line.",
)
@click.option(
    "--paginate",
    type=Parsed("STYLE", _pagination),
    metavar="STYLE",
    help="Fetch all pages: link, next:JSONPATH, cursor:JSONPATH:PARAMETER or page:PARAMETER.",
)
@click.option("--items", type=Parsed("JSONPATH", _json_path), metavar="JSONPATH", help="Where a page has its items.")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="Stop after so many pages.")
@click.option("--stream", is_flag=True, help="Print each item as a line of JSON as its page comes.")
@click.option(
    "--retry",
    type=click.IntRange(min=0),
    default=2,
    show_default=True,
    metavar="N",
    help="Try again so often, where that is safe.",
)
@click.option(
    "--retry-base",
    type=DURATION,
    default="500ms",
    show_default=True,
    metavar="DURATION",
    help="Wait up to this long before the first retry; up to twice as long before each next one.",
)
@click.option(
    "--retry-cap",
    type=DURATION,
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="Never wait longer, unless the server asks for it.",
)
@click.option("--follow/--no-follow", default=True, help="Follow redirects (default).")
@click.option(
    "--max-redirects",
    type=click.IntRange(min=0),
    default=10,
    show_default=True,
    metavar="N",
    help="Follow no more than so many.",
)
@shared.timeout("30s")
@shared.deadline()
@click.option("-o", "--output", type=_PATH, metavar="FILE", help="Write the body to FILE, whole or not at all.")
@click.option("--continue", "resume", is_flag=True, help="Go on with what an interrupted -o left.")
@click.option("--report", type=click.Choice(["json"]), help="Print the whole exchange as one document.")
@click.option("-i", "--include", is_flag=True, help="Print the head of the response too.")
@click.option("--timing", is_flag=True, help="Say on stderr where the time went.")
@click.option("--cookie-jar", type=_PATH, metavar="FILE", help="Read and write cookies, in Netscape's format.")
@click.option("--http2", is_flag=True, help="Speak HTTP/2 where the server does.")
@click.option("--unix-socket", type=_PATH, metavar="PATH", help="Connect to this socket.")
@shared.network
@shared.common
@click.pass_obj
def command(env: Env, /, deadline: float | None, **given: Any) -> ExitCode:
    """One API call, with retries, a deadline, pagination, extraction.

    METHOD may be left out: GET, or POST with a body. A URL without a scheme is a path below the profile's base_url;
    without a profile it is https, but http for localhost. A SECRET may be env:NAME, file:PATH or exec:COMMAND.

    The body goes to standard output. With a status of 400 or more, or an expectation that is not met, it goes to
    standard error.

    \b
    Examples:
      wherry request https://api.example.com/items
      wherry request POST https://api.example.com/items --json '{"name": "a"}' --bearer env:TOKEN
      wherry request GET https://api.example.com/items --paginate link --extract '$[*].id' -T 60s
      wherry request https://example.com/big.tar.gz -o big.tar.gz --continue

    Exit codes: 0 done, 1 status >= 400 or expectation not met, 2 usage, 3 no answer, 124 deadline passed.
    All are in `wherry help exit-codes`.
    """
    from wherry.commands.request.options import read_options
    from wherry.commands.request.run import run

    given["headers"] = given.pop("header")
    options = read_options(given, env.profile(), shared.network_settings(env, given))
    return env.execute(lambda scope: run(options, env, scope), deadline)
