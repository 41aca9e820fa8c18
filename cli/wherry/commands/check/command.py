"""`wherry check`: the command line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from wherry.commands.check.init.command import init
from wherry.ui import options as shared
from wherry.ui.sections import Leading, LeadingArgument
from wherry.ui.types import DURATION, TEXT

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from wherry.commands.check.suite.planned import Planned
    from wherry.core.network import NetworkSettings
    from wherry.errors import ExitCode
    from wherry.ui.env import Env

# With so many checks, the loop that is fastest once it runs is worth its start.
_MANY = 100


def _complete_suite(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    verbs = [] if ctx.params.get("suites") else [name for name in command.commands if name.startswith(incomplete)]
    return [*(CompletionItem(name) for name in verbs), CompletionItem(incomplete, type="file")]


def _complete_tag(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return _starting(incomplete, (tag for check in _named(ctx) for tag in check.tags))


def _complete_name(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return _starting(incomplete, (check.name for check in _named(ctx)))


def _named(ctx: click.Context) -> list[Planned]:
    """The checks of the suites on the command line so far; none where they are not valid."""
    from wherry.commands.check.suite.loading import load
    from wherry.errors import WherryError

    # Before an option without its value, click leaves the arguments as they are.
    paths = ctx.params.get("suites") or ctx.args
    try:
        return [check for suite in load(paths, {}, os.environ) for check in suite.checks]
    except WherryError:
        return []


def _starting(incomplete: str, words: Any) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word) for word in dict.fromkeys(words) if word.startswith(incomplete)]


def _complete_format(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from wherry.commands.check.report.formats import FORMATS

    return _starting(incomplete, FORMATS)


@click.group(
    "check",
    cls=Leading,
    invoke_without_command=True,
    epilog="Exit codes: 0 all that matters passed; 1 a check failed; 2 usage, or a suite is not valid; 3 a report "
    "cannot be written; 124 the deadline passed; 130, 143 interrupted.",
)
@click.argument(
    "suites", cls=LeadingArgument, metavar="SUITE...", nargs=-1, type=click.Path(), shell_complete=_complete_suite
)
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1, max=1000),
    default=10,
    show_default=True,
    help="Run so many checks at the same time.",
)
@click.option(
    "--tag", metavar="TAG", multiple=True, type=TEXT, shell_complete=_complete_tag,
    help="Only checks with this tag, and what they need; several may be given.",
)  # fmt: skip
@click.option(
    "--only", metavar="NAME", multiple=True, type=TEXT, shell_complete=_complete_name,
    help="Only this check, and what it needs; several may be given.",
)  # fmt: skip
@click.option("--var", metavar="NAME=VALUE", multiple=True, type=TEXT, help="Set a variable of the suites.")
@click.option(
    "--report", metavar="FORMAT[=FILE]", multiple=True, type=TEXT, shell_complete=_complete_format,
    help="Write a report: text, json, jsonl, junit, tap, prom, github, html; several may be given.",
)  # fmt: skip
@click.option("--watch", is_flag=True, help="Show a table on the terminal while checks run.")
@click.option("--fail-fast", is_flag=True, help="Start nothing more once a check that matters has failed.")
@click.option("--until", metavar="DURATION", type=DURATION, help="Try what fails again, for so long.")
@click.option(
    "--repeat", metavar="N", type=click.IntRange(min=1), default=1, show_default=True, help="Run everything so often."
)
@click.option("--list", "listing", is_flag=True, help="Print the checks that would run, and run none.")
@click.option("--validate", is_flag=True, help="Print all that is wrong with the suites, and run nothing.")
@shared.deadline()
@shared.output
@shared.network
@shared.common
@click.pass_obj
def command(env: Env, /, **given: Any) -> ExitCode:
    """Run suites of checks against endpoints, and report.

    A SUITE is a YAML file, or a folder of them. A check has a target as `wherry wait` knows them, what to send, and
    what to expect; it may need other checks and use what they captured. `wherry schema check` prints the JSON Schema.

    \b
    Examples:
      wherry check smoke.yaml
      wherry check checks/ --tag critical --jobs 20 --report junit=report.xml
      wherry check smoke.yaml --until 2m --var base=https://staging.example.com
    """
    from wherry.commands.check.options import from_command_line

    def network(profile: str | None) -> NetworkSettings:
        from wherry.profile.file import select

        return shared.network_settings(env, given, None if profile is None else select(profile))

    options = from_command_line(given, network, output=env.output)
    if given["validate"]:
        from wherry.commands.check.preview import validate

        return validate(options, env)
    from wherry.commands.check.choosing import chosen, loaded

    checks = chosen(loaded(options, env), options)
    if given["listing"]:
        from wherry.commands.check.preview import listed

        return listed(checks, env)
    from wherry.commands.check.run import run

    return env.execute(lambda scope: run(options, checks, env, scope), options.deadline_s, serving=len(checks) > _MANY)


command.add_command(init)
