from __future__ import annotations

import click
import pytest
from click.shell_completion import ShellComplete

from wherry.commands.load.command import command
from wherry.ui.env import Env


def complete(*args: str, incomplete: str = "") -> list[str]:
    shell = ShellComplete(command, {"obj": Env()}, "wherry load", "_UNUSED")
    return [item.value for item in shell.get_completions(list(args), incomplete)]


@pytest.mark.parametrize(
    ("args", "incomplete", "expected"),
    [
        ([], "re", ["report"]),
        ([], "P", ["POST", "PUT", "PATCH"]),
        ([], "pu", ["PUT"]),
        (["GET"], "P", []),
        (["--targets-format"], "", ["http", "json", "csv", "jsonl"]),
        (["--arrivals"], "p", ["poisson"]),
        (["--report"], "h", ["hdr", "html"]),
    ],
)
def test_completion(args: list[str], incomplete: str, expected: list[str]) -> None:
    assert complete(*args, incomplete=incomplete) == expected


@pytest.mark.parametrize("args", [["--gate", "p(99)"], ["--expect", "nonsense=1"], ["-H", "x"], ["-z", "soon"]])
def test_what_an_option_cannot_be(args: list[str]) -> None:
    with pytest.raises(click.BadParameter):
        command.make_context("load", ["http://a.example/", *args], obj=Env())
