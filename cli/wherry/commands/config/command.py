"""wherry config"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wherry.errors import ExitCode
from wherry.ui import options as shared
from wherry.ui.sections import Group

if TYPE_CHECKING:
    from wherry.ui.env import Env


@click.group("config", cls=Group)
@shared.common
def command() -> None:
    """Show and check the configuration file and its profiles.

    `wherry help profiles` says what it may hold.
    """


@command.command("path")
@shared.common
@click.pass_obj
def path(env: Env) -> ExitCode:
    """Print where the configuration file is looked for.

    Exit codes: 0 done. All are in `wherry help exit-codes`.
    """
    from wherry.profile.file import path as file_path

    env.console.out(str(file_path()))
    return ExitCode.DONE


@command.command("show")
@click.argument("name", metavar="[PROFILE]", required=False, shell_complete=shared.profile_names)
@shared.output
@shared.common
@click.pass_obj
def show(env: Env, name: str | None) -> ExitCode:
    """Print a profile, or all, with secrets masked.

    \b
    Examples:
      wherry config show
      wherry config show staging -o json

    Exit codes: 0 done, 2 file or profile not valid. All are in `wherry help exit-codes`.
    """
    from wherry.commands.config import render
    from wherry.profile.file import names, select

    profiles = [select(each) for each in ([name] if name else names())]
    if env.output == "json":
        env.console.json(render.document(profiles))
    elif profiles:
        env.console.out(render.text(profiles))
    else:
        env.console.err("no profiles; `wherry help profiles` says how to write one")
    return ExitCode.DONE


@command.command("check")
@click.argument("file", required=False, type=click.Path(dir_okay=False))
@shared.common
@click.pass_obj
def check(env: Env, file: str | None) -> ExitCode:
    """Check the configuration file, or FILE as if it were it.

    \b
    Examples:
      wherry config check
      wherry config check ./config.toml

    Exit codes: 0 valid, 2 not valid or not there. All are in `wherry help exit-codes`.
    """
    from wherry.profile.file import path as file_path
    from wherry.profile.file import read

    where = file or str(file_path())
    count = len(read(where).profiles)
    env.console.out(f"{where}: valid, {count} profile{'' if count == 1 else 's'}")
    return ExitCode.DONE
