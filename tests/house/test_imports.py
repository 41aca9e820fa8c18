"""PLEASE READ before adding an import to a command's command.py or to app.py.

`wherry --help`, completion and every mistake on a command line pay for what these files import. What takes long to
load (an HTTP client, TLS, an event loop) is imported inside the function that needs it: usually `run`, from the
command's callback. These tests start a fresh interpreter for each case and look at what it has loaded.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from wherry.table import COMMANDS

HEAVY = {"httpx", "httpcore", "h2", "ssl", "asyncio", "uvloop", "winloop", "httptools", "msgspec", "yaml"}

REPORT = "import json; print(json.dumps(sorted({name.split('.')[0] for name in sys.modules})), file=sys.stderr)"


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after ``code``."""
    process = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{REPORT}"], capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    return set(json.loads(process.stderr.splitlines()[-1]))


def test_the_empty_program_is_light():
    """Otherwise, as with a sitecustomize that imports things, the tests below show nothing."""
    assert not loaded("pass") & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_importing_a_command_is_light(name):
    assert not loaded(f"import {COMMANDS[name].module}") & HEAVY


def test_importing_every_command_is_light():
    assert not loaded("\n".join(f"import {entry.module}" for entry in COMMANDS.values())) & HEAVY


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["--version"], id="version option"),
        pytest.param(["version"], id="version command"),
        pytest.param(["completion", "bash"], id="completion script"),
        pytest.param(["wiat"], id="unknown command"),
        *(pytest.param([name, "--help"], id=f"help of {name}") for name in COMMANDS),
    ],
)
def test_running_is_light(arguments):
    assert not loaded(f"from wherry.app import run\nrun({arguments!r})") & HEAVY


def test_help_imports_no_command():
    loaded(
        "from wherry.app import run\n"
        "run(['--help'])\n"
        "assert not [name for name in sys.modules if name.startswith('wherry.commands.')]"
    )
