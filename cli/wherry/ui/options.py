"""The options that commands share, as decorators, so that each reads and works the same everywhere.

Those of :func:`common` and :func:`output` set :class:`~wherry.ui.env.Env` before the command's own callback
runs; the others arrive as keyword arguments. Each is an environment variable too, named for its command:
``WHERRY_WAIT_DEADLINE``; those of the root hold for every command: ``WHERRY_PROFILE``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from wherry.core.network import Family, NetworkSettings, parse_resolve
from wherry.errors import UsageError
from wherry.ui.env import Env
from wherry.ui.log import LEVELS
from wherry.ui.sections import EVERYWHERE, NETWORK, SharedOption
from wherry.ui.types import DURATION, Parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from click.shell_completion import CompletionItem

    from wherry.profile.file import Profile

F = TypeVar("F", bound="Callable[..., Any]")
RESOLVE = Parsed("HOST:PORT:ADDR", parse_resolve)


def common(command: F) -> F:
    """-q, -v, --debug, --color, --profile, --log-format, --log-level."""
    return _all(
        command,
        click.option("-q", "--quiet", is_flag=True, callback=_quiet, **_EARLY, help="Only results and errors."),
        click.option("-v", "--verbose", count=True, callback=_verbose, **_EARLY, help="Say more; twice for even more."),
        click.option("--debug", is_flag=True, callback=_debug, **_EARLY, help="Show the traceback of an error."),
        click.option(
            "--color", type=click.Choice(["auto", "always", "never"]), callback=_color, **_EARLY,
            help="Colour the output; auto heeds NO_COLOR and the terminal.",
        ),
        click.option(
            "--profile", metavar="NAME", shell_complete=profile_names, callback=_profile, **_EARLY,
            help="Use this profile of the configuration file.",
        ),
        click.option(
            "--log-format", type=click.Choice(["text", "json"]), callback=_log_format, **_EARLY,
            help="Log as key=value or as JSON objects.",
        ),
        click.option(
            "--log-level", type=click.Choice(LEVELS), callback=_log_level, **_EARLY,
            help="Log from this level up; info unless told.",
        ),
    )  # fmt: skip


def output(command: F) -> F:
    """-o/--output text|json."""
    return click.option(
        "-o", "--output", type=click.Choice(["text", "json"]), callback=_output, expose_value=False, is_eager=True,
        help="Print the result as text or as JSON.",
    )(command)  # fmt: skip


def deadline(default: str | None = None) -> Callable[[F], F]:
    """-T/--deadline, as ``deadline``: seconds for the whole command, or None."""
    return click.option(
        "-T", "--deadline", type=DURATION, default=default, show_default=default is not None, metavar="DURATION",
        help="Give up after this long, retries included.",
    )  # fmt: skip


def timeout(default: str) -> Callable[[F], F]:
    """--timeout, as ``timeout``: seconds for one attempt."""
    return click.option(
        "--timeout", type=DURATION, default=default, show_default=True, metavar="DURATION",
        help="Bound one attempt.",
    )  # fmt: skip


def network(command: F) -> F:
    """Trust, identity, proxy and names; :func:`network_settings` makes one value of them."""
    return _all(
        command,
        click.option("--cacert", type=_PATH, **_NETWORK, help="Trust this PEM file instead of the system's store."),
        click.option("--cert", type=_PATH, **_NETWORK, help="Show this client certificate (PEM, may hold its key)."),
        click.option("--key", type=_PATH, **_NETWORK, help="The client certificate's private key (PEM)."),
        click.option("-k", "--insecure", is_flag=True, **_NETWORK, help="Do not verify certificates."),
        click.option("--proxy", metavar="URL", **_NETWORK, help="Send everything through this proxy."),
        click.option("--no-proxy", metavar="LIST", **_NETWORK, help="Hosts that no proxy is used for; * for all."),
        click.option(
            "--resolve", type=RESOLVE, multiple=True, metavar="HOST:PORT:ADDR",
            **_NETWORK, help="Connect to ADDR for HOST:PORT; PORT may be *.",
        ),
        click.option("-4", "--ipv4", is_flag=True, **_NETWORK, help="Use IPv4 addresses only."),
        click.option("-6", "--ipv6", is_flag=True, **_NETWORK, help="Use IPv6 addresses only."),
    )  # fmt: skip


def network_settings(env: Env, given: Mapping[str, Any], profile: Profile | None = None) -> NetworkSettings:
    """What the options of :func:`network` in ``given`` say, and the profile (the run's own) where they say nothing.

    Raises UsageError for contradictions and for a profile that is not there.
    """
    if given["ipv4"] and given["ipv6"]:
        raise UsageError("--ipv4 and --ipv6 exclude each other")
    if given["key"] and not given["cert"]:
        raise UsageError("--key needs --cert")
    network = (profile or env.profile()).network
    settings = NetworkSettings(
        cacert=given["cacert"] or network.cacert,
        cert=given["cert"] or network.cert,
        key=given["key"] if given["cert"] else network.key,
        insecure=given["insecure"] or network.insecure,
        proxy=given["proxy"] or network.proxy,
        no_proxy=given["no_proxy"] or network.no_proxy,
        resolve=(*given["resolve"], *network.resolve),
        family=Family.V4 if given["ipv4"] else Family.V6 if given["ipv6"] else Family.ANY,
    )
    if settings.insecure:
        env.console.alert(f"{env.command_path}: warning: certificates are not verified (--insecure)")
    return settings


def profile_names(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a profile."""
    from click.shell_completion import CompletionItem

    from wherry.errors import WherryError
    from wherry.profile.file import names

    try:
        return [CompletionItem(name) for name in names() if name.startswith(incomplete)]
    except WherryError:
        return []


_PATH = click.Path(exists=False, dir_okay=False)
_NETWORK: dict[str, Any] = {"cls": SharedOption, "section": NETWORK}
_EARLY: dict[str, Any] = {"cls": SharedOption, "section": EVERYWHERE, "expose_value": False, "is_eager": True}


def _all(command: F, *decorators: Callable[[Any], Any]) -> F:
    result: Any = command
    for decorate in reversed(decorators):
        result = decorate(result)
    found: F = result
    return found


def _env(ctx: click.Context) -> Env:
    env = ctx.find_object(Env)
    assert env is not None
    return env


def _quiet(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    # Every level of the tree passes here, the innermost last: whose command line an error speaks of.
    env = _env(ctx)
    env.command_path = ctx.command_path.replace(" ", ": ")
    env.console.quiet = env.console.quiet or value


def _verbose(ctx: click.Context, _param: click.Parameter, value: int) -> None:
    env = _env(ctx)
    env.verbosity += value
    if value:
        env.log.level = "debug"


def _debug(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    env = _env(ctx)
    env.debug = env.debug or value


def _color(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        _env(ctx).console.set_color(value)


def _profile(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        _env(ctx).profile_name = value


def _log_format(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        _env(ctx).log.form = value


def _log_level(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        _env(ctx).log.level = value


def _output(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        _env(ctx).output = value
