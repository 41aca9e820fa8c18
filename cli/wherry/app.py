"""The root of the command tree, and the one place where an error becomes a line and an exit code."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import click

from wherry.about import VERSION
from wherry.core.suggest import closest, did_you_mean
from wherry.errors import ExitCode, WherryError, chain
from wherry.table import COMMANDS, GROUPS
from wherry.ui import options as shared
from wherry.ui.env import Env
from wherry.ui.sections import Group

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from click.shell_completion import CompletionItem

    from wherry.core.scope import Scope

_COMPLETE = "_WHERRY_COMPLETE"
_BUG = "this is a bug in wherry; --debug shows where it happened"


class Root(Group):
    """The commands of :mod:`wherry.table`; one is imported only when it is called by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = import_module(entry.module).command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS:
            ctx.fail(f"unknown command {args[0]!r}{did_you_mean(args[0], COMMANDS)}")
        if args:
            ctx.obj.command_path = f"wherry: {args[0]}"
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for group, title in GROUPS.items():
            rows = [(entry.name, entry.summary) for entry in COMMANDS.values() if entry.group == group]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows, col_max=12)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        names = [
            CompletionItem(entry.name, help=entry.summary)
            for entry in COMMANDS.values()
            if entry.name.startswith(incomplete)
        ]
        return names + click.Command.shell_complete(self, ctx, incomplete)


@click.group(
    cls=Root,
    name="wherry",
    invoke_without_command=True,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "WHERRY",
        "max_content_width": 100,
    },
    epilog="`wherry COMMAND --help` explains a command, `wherry help topics` lists more to read.",
)
@click.version_option(VERSION, "-V", "--version", prog_name="wherry", message="%(prog)s %(version)s")
@shared.common
@click.pass_context
def root(ctx: click.Context) -> None:
    """HTTP infrastructure work in CI jobs and on servers, in one executable."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(argv: Sequence[str]) -> int:
    """Run the command that ``argv`` (without the program's name) asks for, and return its exit code."""
    env = Env(_in_event_loop)
    instruction = os.environ.get(_COMPLETE)
    try:
        if instruction:
            from click.shell_completion import shell_complete

            return shell_complete(root, {"obj": env}, "wherry", _COMPLETE, instruction)
        # Not root.main(): it turns a broken pipe into exit code 1 and expands wildcards on Windows.
        with root.make_context("wherry", list(argv), obj=env) as context:
            code = root.invoke(context)
        env.console.flush()
        return int(code or ExitCode.DONE)
    except BaseException as exc:
        return _report(env, exc)


def _in_event_loop(
    env: Env, main: Callable[[Scope], Awaitable[ExitCode]], deadline_s: float | None, *, serving: bool
) -> ExitCode:
    from wherry.loop import run as run_loop

    def on_fault(words: str, exc: BaseException | None) -> None:
        if env.debug and exc is not None:
            env.console.alert(_traceback(exc))
        env.console.error(env.command_path, f"internal error: {words}: {exc!r}", _BUG)

    return run_loop(main, deadline_s, on_fault, serving=serving)


def _report(env: Env, exc: BaseException) -> int:
    """Say on stderr what went wrong, in one line, and return the exit code it stands for."""
    if env.debug and not isinstance(exc, (click.exceptions.Exit, click.UsageError)):
        env.console.alert(_traceback(exc))
    path = env.command_path
    match exc:
        case click.exceptions.Exit():  # --help and --version
            return exc.exit_code
        case BrokenPipeError():
            _abandon_stdout()
            return ExitCode.SIGPIPE
        case KeyboardInterrupt() | click.Abort():
            env.console.error(path, "interrupted", None)
            return ExitCode.SIGINT
        case WherryError():
            env.console.error(path, chain(exc), exc.hint)
            return exc.exit_code
        case click.ClickException():
            context = getattr(exc, "ctx", None)
            path = context.command_path.replace(" ", ": ") if context else path
            env.console.error(path, _usage_line(exc), f"see `{path.replace(': ', ' ')} --help`")
            return ExitCode.USAGE
        case OSError():
            reason = exc.strerror or str(exc)
            env.console.error(path, f"{exc.filename}: {reason}" if exc.filename else reason, None)
            return ExitCode.FAILED
        case MemoryError():
            env.console.error(path, "out of memory", None)
            return ExitCode.FAILED
        case _:
            words = f"internal error: {type(exc).__name__}: {exc}"
            env.console.error(path, words, _BUG)
            return ExitCode.FAILED


def _traceback(exc: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(exc)).rstrip()


def _usage_line(exc: click.ClickException) -> str:
    """click's message in our words: no capital, no full stop, the same form of suggestion everywhere."""
    if isinstance(exc, click.exceptions.NoArgsIsHelpError) and exc.ctx and isinstance(exc.ctx.command, click.Group):
        return f"a command is missing; choose from {', '.join(exc.ctx.command.list_commands(exc.ctx))}"
    if isinstance(exc, click.NoSuchOption):
        known = {name.lstrip("-"): name for p in exc.ctx.command.params for name in p.opts} if exc.ctx else {}
        near = known.get(closest(exc.option_name.lstrip("-"), known) or "")
        return f"unknown option {exc.option_name}" + (f"; did you mean {near}?" if near else "")
    text = re.sub(r"\.\s+Choose from:\s*", "; choose from ", exc.format_message())
    text = (
        re.sub(r"\s+", " ", text)
        .replace("valid integer range", "whole number")
        .replace("valid integer", "whole number")
    )
    text = re.sub(r"is not a valid boolean\..*", "is neither true nor false", text)
    if text[:1].isupper() and not text[1:2].isupper():
        text = text[0].lower() + text[1:]
    return text.strip().removesuffix(".")


def _abandon_stdout() -> None:
    """Point standard output elsewhere, so that the interpreter's last flush does not fail again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
