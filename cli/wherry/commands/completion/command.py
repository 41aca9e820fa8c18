"""wherry completion"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from wherry.errors import ExitCode
from wherry.ui import options as shared
from wherry.ui.sections import Command

if TYPE_CHECKING:
    from wherry.ui.env import Env


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish", "powershell"]))
@shared.common
@click.pass_obj
def command(env: Env, shell: str) -> ExitCode:
    """Print the completion script of a shell.

    \b
    Examples:
      source <(wherry completion bash)                  # in ~/.bashrc
      source <(wherry completion zsh)                   # in ~/.zshrc, after compinit
      wherry completion fish | source                   # in ~/.config/fish/config.fish
      wherry completion powershell | Out-String | Invoke-Expression    # in $PROFILE

    Exit codes: 0 done, 2 unknown shell. All are in `wherry help exit-codes`.
    """
    from wherry.commands.completion.scripts import script

    env.console.out(script(shell).rstrip("\n"))
    return ExitCode.DONE
