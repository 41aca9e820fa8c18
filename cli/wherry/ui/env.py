"""What every command is handed: where to write, who it speaks for, how to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from wherry.core.secret import Redactor
from wherry.ui.console import Console
from wherry.ui.log import Log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wherry.core.scope import Scope
    from wherry.errors import ExitCode
    from wherry.profile.file import Profile


class Runner(Protocol):
    """Runs a coroutine function under a deadline, for the environment given: `wherry.loop.run`."""

    def __call__(
        self, env: Env, main: Callable[[Scope], Awaitable[ExitCode]], deadline_s: float | None, *, serving: bool
    ) -> ExitCode: ...


class Env:
    """The environment of one command; click hands it over as ``ctx.obj``.

    The shared options set their attributes here before the command's own callback runs.
    """

    def __init__(self, runner: Runner | None = None) -> None:
        self.redactor = Redactor()
        self.console = Console.of_process(self.redactor)
        self.log = Log(self.console)
        self.output = "text"
        self.verbosity = 0
        self.debug = False
        self.profile_name: str | None = None
        self.command_path = "wherry"
        self._runner = runner

    def execute(
        self, main: Callable[[Scope], Awaitable[ExitCode]], deadline_s: float | None = None, *, serving: bool = False
    ) -> ExitCode:
        """Run ``main`` in an event loop, with signals and the deadline, and return its exit code.

        ``serving`` asks for the loop that is fastest once it runs, not the one that starts first.
        """
        assert self._runner is not None, "only app.run gives a runner"
        return self._runner(self, main, deadline_s, serving=serving)

    def profile(self) -> Profile:
        """The profile that --profile, WHERRY_PROFILE or the configuration names; an empty one when none does.

        Raises UsageError when the named one is not there or the file is not valid.
        """
        from wherry.profile.file import select

        return select(self.profile_name)
