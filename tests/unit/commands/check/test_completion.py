"""What a shell offers after `wherry check`."""

from __future__ import annotations

import pytest
from click.shell_completion import ShellComplete

from wherry.app import root
from wherry.ui.env import Env

SUITE = """
version: 1
checks:
  - {name: login, url: 'file:.', tags: [fast, critical]}
  - {name: logout, url: 'file:.', tags: [fast]}
"""


def offered(args: list[str], incomplete: str) -> list[tuple[str, str]]:
    shell = ShellComplete(root, {"obj": Env()}, "wherry", "_WHERRY_COMPLETE")
    return [(item.type, item.value) for item in shell.get_completions(["check", *args], incomplete)]


@pytest.mark.parametrize(
    "args, incomplete, expected",
    [
        pytest.param([], "i", [("plain", "init"), ("file", "i")], id="a suite, or a command"),
        pytest.param(["suite.yaml"], "i", [("file", "i")], id="another suite"),
        pytest.param(["suite.yaml", "--tag"], "", [("plain", "fast"), ("plain", "critical")], id="tags"),
        pytest.param(["suite.yaml", "--only"], "logi", [("plain", "login")], id="names"),
        pytest.param(["no.yaml", "--only"], "", [], id="names of what is not there"),
        pytest.param(["suite.yaml", "--report"], "j", [("plain", n) for n in ("json", "jsonl", "junit")], id="reports"),
        pytest.param(["--fail"], "--fail", [("plain", "--fail-fast")], id="options"),
        pytest.param(["init"], "--forc", [("plain", "--force")], id="options of a command below"),
    ],
)
def test_offered(here, args, incomplete, expected):
    (here / "suite.yaml").write_text(SUITE)
    assert offered(args, incomplete) == expected
