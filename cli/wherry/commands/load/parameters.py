"""What the command lines of a run and of its reports have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wherry.ui.types import Parsed

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from wherry.commands.load.gates.gate import Gate


def _gate(text: str) -> Gate:
    from wherry.commands.load.gates.gate import parse_gate

    return parse_gate(text)


GATE: Final[Parsed[Gate]] = Parsed("GATE", _gate)


def complete_format(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a report."""
    from click.shell_completion import CompletionItem

    from wherry.commands.load.report.formats import FORMATS

    return [CompletionItem(name) for name in FORMATS if name.startswith(incomplete)]
