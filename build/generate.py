"""Write what is generated from the command tree: completions/ and docs/reference.md.

    python build/generate.py [--check]

With ``--check`` nothing is written; the exit code is 1 when a file differs from what would be.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from wherry.app import root
from wherry.errors import EXIT_CODES
from wherry.table import COMMANDS, GROUPS
from wherry.ui.env import Env

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).resolve().parent.parent
COMPLETIONS = {"bash": "wherry.bash", "zsh": "_wherry", "fish": "wherry.fish", "powershell": "wherry.ps1"}


def main() -> None:
    """Parse the command line; write, or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    differing = [path for path, text in generated() if differs(path, text, write=not check)]
    if differing and check:
        sys.exit("out of date; `make completions docs` writes: " + ", ".join(differing))


def generated() -> Iterator[tuple[str, str]]:
    """Each generated file: its path from the repository's root, and what it should hold."""
    yield "docs/reference.md", reference()
    for shell, name in COMPLETIONS.items():
        yield f"completions/{name}", completion(shell)


def differs(path: str, text: str, *, write: bool) -> bool:
    """Whether the file holds something else than ``text``; shows the difference, or mends it."""
    file = HOME / path
    present = file.read_text(encoding="utf-8") if file.exists() else ""
    if present == text:
        return False
    if write:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    else:
        lines = difflib.unified_diff(
            present.splitlines(), text.splitlines(), path, f"{path} as generated", n=1, lineterm=""
        )
        print("\n".join(list(lines)[:40]))
    return True


def completion(shell: str) -> str:
    """The completion script of one shell, as `wherry completion SHELL` prints it."""
    command = [sys.executable, "-m", "wherry", "completion", shell]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=plain_environment()).stdout


def plain_environment() -> dict[str, str]:
    """This environment without what would change wherry's output."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("WHERRY_", "_WHERRY_"))}


def reference() -> str:
    """docs/reference.md: each command's help, its options and their environment variables, the exit codes."""
    top = click.Context(root, info_name="wherry", obj=Env(), terminal_width=100, **root.context_settings)
    parts = [
        "# Reference",
        "<!-- Generated from the command tree by build/generate.py; `make docs` writes it. -->",
        "Every option is an environment variable too; a flag beats the environment, which beats a profile.",
        "## wherry",
        *described(root, top),
    ]
    for group, title in GROUPS.items():
        entries = [entry for entry in COMMANDS.values() if entry.group == group]
        parts += [f"# {title}"] if entries else []
        for entry in entries:
            command = root.get_command(top, entry.name)
            assert command is not None, entry.name
            parts += sections(command, top, entry.name, depth=2)
    codes = [f"| {int(code)} | {words} |" for code, words in EXIT_CODES.items()]
    return "\n\n".join([*parts, "# Exit codes", "\n".join(["| code | meaning |", "| --- | --- |", *codes])]) + "\n"


def sections(command: click.Command, parent: click.Context, name: str, depth: int) -> Iterator[str]:
    """A heading and a description for ``command``, then for each command that it groups."""
    ctx = click.Context(command, parent=parent, info_name=name, **command.context_settings)
    yield f"{'#' * depth} {ctx.command_path}"
    yield from described(command, ctx)
    if isinstance(command, click.Group):
        for inner in command.list_commands(ctx):
            found = command.get_command(ctx, inner)
            assert found is not None, inner
            yield from sections(found, ctx, inner, depth + 1)


def described(command: click.Command, ctx: click.Context) -> list[str]:
    """Usage, help and options of one command in Markdown."""
    usage = f"```text\n{command.get_usage(ctx).removeprefix('Usage: ')}\n```"
    parts = [usage, prose(command.help or ""), options(command, ctx), prose(command.epilog or "")]
    return [part for part in parts if part]


def prose(text: str) -> str:
    """click's help text: paragraphs are joined, blocks marked with a backspace character stay as they are."""
    paragraphs = inspect.cleandoc(text).split("\n\n")
    return "\n\n".join(
        "```text\n" + paragraph.lstrip("\b\n") + "\n```" if paragraph.startswith("\b") else paragraph.replace("\n", " ")
        for paragraph in paragraphs
    )


def options(command: click.Command, ctx: click.Context) -> str:
    """A table of the options: how they are written, their environment variable, what they do."""
    rows = []
    for option in command.get_params(ctx):
        record = option.get_help_record(ctx)
        if not isinstance(option, click.Option) or record is None:
            continue
        flags, words = record
        variable = environment_variable(option, ctx)
        cells = [f"`{flags}`", variable and f"`{variable}`", " ".join(words.split())]
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(["| option | variable | |", "| --- | --- | --- |", *rows]) if rows else ""


def environment_variable(option: click.Option, ctx: click.Context) -> str:
    """The variable that sets ``option``; empty where none does, as for --help."""
    if {"--help", "--version"} & set(option.opts):
        return ""
    if isinstance(option.envvar, str):
        return option.envvar
    prefix = ctx.auto_envvar_prefix
    return f"{prefix}_{(option.name or '').upper()}" if prefix and option.allow_from_autoenv else ""


if __name__ == "__main__":
    main()
