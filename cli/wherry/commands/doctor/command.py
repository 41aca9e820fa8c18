"""wherry doctor"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from wherry.errors import WherryError
from wherry.ui import options as shared
from wherry.ui.sections import Command

if TYPE_CHECKING:
    from wherry.errors import ExitCode
    from wherry.ui.env import Env


@click.command("doctor", cls=Command)
@shared.output
@shared.network
@shared.common
@click.pass_obj
def command(env: Env, /, **given: Any) -> ExitCode:
    """Report what wherry sees: trust store, proxies, DNS, profile, cache folder, terminal.

    Everything stays on this machine; the one name looked up is localhost.

    \b
    Examples:
      wherry doctor
      wherry doctor -o json
      HTTPS_PROXY=http://proxy:3128 wherry doctor

    Exit codes: 0 all is well, 1 something will make commands fail. All are in `wherry help exit-codes`.
    """
    from wherry.commands.doctor.run import run
    from wherry.profile.file import Profile

    try:
        profile = env.profile()
    except WherryError:  # one of the findings will say so
        profile = Profile()
    settings = shared.network_settings(env, given, profile)
    return env.execute(lambda scope: run(settings, env, scope))
