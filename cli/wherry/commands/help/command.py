"""wherry help"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wherry.core.suggest import did_you_mean
from wherry.errors import ExitCode, UsageError
from wherry.ui import options as shared
from wherry.ui.sections import Command

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from wherry.ui.env import Env


def _subjects(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from wherry.commands.help.topics import TOPICS

    root = ctx.find_root().command
    assert isinstance(root, click.Group)
    words = [*TOPICS, "topics", *root.list_commands(ctx)]
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


@click.command("help", cls=Command)
@click.argument("subject", nargs=-1, metavar="[COMMAND...|TOPIC]", shell_complete=_subjects)
@shared.common
@click.pass_context
def command(ctx: click.Context, subject: tuple[str, ...]) -> ExitCode:
    """Explain a command or a topic.

    \b
    Examples:
      wherry help wait
      wherry help topics
      wherry help exit-codes

    Exit codes: 0 done, 2 no such command or topic. All are in `wherry help exit-codes`.
    """
    from wherry.commands.help.topics import TOPICS, overview

    env: Env = ctx.obj
    if subject == ("topics",):
        env.console.out(overview())
    elif len(subject) == 1 and subject[0] in TOPICS:
        env.console.out(TOPICS[subject[0]].text())
    else:
        env.console.out(_command_help(ctx.find_root(), subject, [*TOPICS, "topics"]))
    return ExitCode.DONE


def _command_help(context: click.Context, names: tuple[str, ...], topics: list[str]) -> str:
    """The help text of the command that ``names`` lead to, from the root down."""
    for name in names:
        group = context.command
        known = group.list_commands(context) if isinstance(group, click.Group) else []
        found = group.get_command(context, name) if isinstance(group, click.Group) else None
        if found is None:
            near = did_you_mean(name, [*known, *topics])
            raise UsageError(f"no command or topic {name!r}{near}", hint="`wherry help topics` lists the topics")
        context = click.Context(found, info_name=name, parent=context)
    return context.get_help()
