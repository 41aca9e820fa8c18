"""A command that does something itself and has commands below it."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from wherry.ui.sections import Leading, LeadingArgument


@click.group("run", cls=Leading, invoke_without_command=True)
@click.argument("files", cls=LeadingArgument, nargs=-1)
@click.option("--loud", is_flag=True, help="Loud.")
def run(files, loud):
    """Run files."""
    click.echo(f"{'LOUD ' if loud else ''}{' '.join(files)}")


@run.command("init")
@click.argument("name")
def init(name):
    """Make one."""
    click.echo(f"made {name}")


@pytest.mark.parametrize(
    "args, printed",
    [
        ([], "\n"),
        (["a", "b"], "a b\n"),
        (["a", "--loud"], "LOUD a\n"),
        (["--loud", "a"], "LOUD a\n"),
        (["init", "x"], "made x\n"),
        (["./init", "x"], "./init x\n"),
        (["--loud", "init", "x"], "LOUD init x\n"),
        (["a", "init"], "a init\n"),
    ],
)
def test_the_first_word_decides(args, printed):
    found = CliRunner().invoke(run, args)
    assert (found.exit_code, found.output) == (0, printed)


def test_help():
    found = CliRunner().invoke(run, ["--help"]).output
    assert "Usage: run [OPTIONS] [FILES]...\n" in found
    assert "init  Make one." in found
    assert "--loud" in found
    assert "Usage: run init [OPTIONS] NAME" in CliRunner().invoke(run, ["init", "--help"]).output
