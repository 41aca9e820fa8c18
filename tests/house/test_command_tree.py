"""What holds for every command and option, so that nobody has to remember it."""

from __future__ import annotations

import re
from importlib import import_module

import click
import pytest

from wherry.app import root
from wherry.table import COMMANDS, GROUPS
from wherry.ui.env import Env


def walk(command: click.Command, ctx: click.Context):
    """Every command with its context, groups too."""
    yield command, ctx
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            found = command.get_command(ctx, name)
            assert found is not None, f"{ctx.command_path} {name} is listed and not there"
            yield from walk(found, click.Context(found, parent=ctx, info_name=name, **found.context_settings))


def tree():
    ctx = click.Context(root, info_name="wherry", obj=Env(), **root.context_settings)
    return {ctx.command_path: (command, ctx) for command, ctx in walk(root, ctx)}


TREE = tree()
OPTIONS = {
    f"{path} {option.opts[-1]}": (option, ctx)
    for path, (command, ctx) in TREE.items()
    for option in command.params
    if isinstance(option, click.Option)
}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_entry_of_the_table_is_a_command_of_that_name(name):
    entry = COMMANDS[name]
    command = import_module(entry.module).command
    assert isinstance(command, click.Command)
    assert command.name == name == entry.name
    assert entry.group in GROUPS


@pytest.mark.parametrize("path", TREE)
def test_each_command_explains_itself(path):
    command, _ = TREE[path]
    assert command.help
    assert command.help.strip().splitlines()[0].strip().endswith("."), "the first line is a sentence"


@pytest.mark.parametrize(
    "path", [path for path, (c, _) in TREE.items() if c is not root and not isinstance(c, click.Group)]
)
def test_each_command_names_its_exit_codes(path):
    command, _ = TREE[path]
    assert re.search(r"^\s*Exit codes?:", f"{command.help}\n{command.epilog or ''}", re.MULTILINE)


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_has_help(name):
    option, _ = OPTIONS[name]
    assert option.hidden or (option.help and option.help.rstrip().endswith((".", ")"))), option.help


@pytest.mark.parametrize("name", OPTIONS)
def test_each_option_is_an_environment_variable(name):
    option, ctx = OPTIONS[name]
    if option.name in {"version", "help"}:
        return
    assert option.allow_from_autoenv
    assert option.envvar or (ctx.auto_envvar_prefix or "").startswith("WHERRY")


def test_no_two_options_share_a_variable():
    seen: dict[str, str] = {}
    for name, (option, ctx) in OPTIONS.items():
        variable = (
            option.envvar if isinstance(option.envvar, str) else f"{ctx.auto_envvar_prefix}_{option.name}".upper()
        )
        same_option = seen.setdefault(variable, name)
        assert same_option.rsplit(" ", 1)[1] == name.rsplit(" ", 1)[1] or option.name == "help", (
            variable,
            name,
            same_option,
        )
