"""Help in sections: a command's own options first, those it shares with others after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

NETWORK = "Network options"
EVERYWHERE = "Options of every command"


class SharedOption(click.Option):
    """An option that several commands have; ``section`` is the heading it stands under."""

    def __init__(self, declarations: Sequence[str], *, section: str, **attributes: Any) -> None:
        super().__init__(declarations, **attributes)
        self.section = section


class _InSections(click.Command):
    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"Options": [], NETWORK: [], EVERYWHERE: []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                own = EVERYWHERE if parameter.name == "help" else "Options"
                sections[getattr(parameter, "section", own)].append(record)
        for title, rows in sections.items():
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


class Command(_InSections):
    """A command of wherry."""


class Group(_InSections, click.Group):
    """A command that groups others, which are listed before its options: they are what is looked for."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        self.format_commands(ctx, formatter)
        _InSections.format_options(self, ctx, formatter)


class LeadingArgument(click.Argument):
    """An argument of a :class:`Leading` command, which is none of those below it and has no place in their names."""

    def get_usage_pieces(self, ctx: click.Context) -> list[str]:
        return super().get_usage_pieces(ctx) if self in ctx.command.params else []


class Leading(Group):
    """A command that does something itself, unless its first word names one of the commands below it.

    An argument that is called like one of them is written otherwise, as a file ``./init`` is.
    """

    allow_extra_args = False
    allow_interspersed_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] in self.commands:
            ctx.args = args
            return args
        return click.Command.parse_args(self, ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        if not ctx.args:
            return click.Command.invoke(self, ctx)
        name, *args = ctx.args
        ctx.invoked_subcommand = name
        with self.commands[name].make_context(name, args, parent=ctx) as inner:
            return inner.command.invoke(inner)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return click.Command.collect_usage_pieces(self, ctx)
