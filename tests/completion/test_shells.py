"""Completion in the real shells, typed at as a person would: the line on the screen is what counts."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

pexpect = pytest.importorskip("pexpect", reason="needs a pseudo-terminal")

PROMPT = "READY> "
SETUP = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
LINES = {
    "bash": [f"PS1='{PROMPT}'", "bind 'set enable-bracketed-paste off'", "source <(wherry completion bash)"],
    "zsh": [
        f"PS1='{PROMPT}'; unsetopt zle_bracketed_paste prompt_sp",
        "autoload -U compinit; compinit -u -D",
        "source <(wherry completion zsh)",
    ],
    "fish": [f"function fish_prompt; echo -n '{PROMPT}'; end", "wherry completion fish | source"],
}
CONTROL = re.compile(
    r"\x1b\[[0-9;?<>=]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>]|[\r\x07\x0e\x0f]"
)


class Shell:
    """An interactive shell that has wherry's completion."""

    def __init__(self, name: str, home: Path) -> None:
        config = home / "config.toml"
        config.write_text("version = 1\n[profiles.staging]\n[profiles.production]\n")
        folder = home / "bin"
        folder.mkdir()
        (folder / "wherry").write_text(f'#!/bin/sh\nexec {sys.executable} -m wherry "$@"\n')
        (folder / "wherry").chmod(0o755)
        env = {
            "PATH": f"{folder}:/usr/bin:/bin",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "xdg"),
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "WHERRY_CONFIG": str(config),
        }
        command, *args = SETUP[name]
        self.child = pexpect.spawn(
            command, args, env=env, encoding="utf-8", codec_errors="replace", timeout=30, dimensions=(40, 160)
        )
        self.child.delaybeforesend = None
        for line in LINES[name]:
            self.child.sendline(line)
        # The marker is written in two halves, so that its echo on the command line is not taken for its output.
        self.child.sendline("echo SET''UP")
        self.child.expect("SETUP")

    def complete(self, typed: str, expected: str, *, tabs: int = 1) -> None:
        """Type and press Tab; raises when ``expected`` does not come on the screen."""
        self.child.send(typed + "\t" * tabs)
        seen = ""
        while expected not in CONTROL.sub("", seen).replace("\b", ""):
            seen += self.child.read_nonblocking(4096, timeout=30)

    def clear(self) -> None:
        """Give the line up."""
        self.child.send("\x03")


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request, tmp_path):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    it = Shell(request.param, tmp_path)
    yield it
    it.child.close(force=True)


@pytest.mark.parametrize(
    ("typed", "expected", "tabs"),
    [
        pytest.param("wherry vers", "wherry version", 1, id="command"),
        pytest.param("wherry help exit-c", "wherry help exit-codes", 1, id="value that is looked up"),
        pytest.param("wherry completion power", "wherry completion powershell", 1, id="choice of an argument"),
        pytest.param("wherry version --outp", "wherry version --output", 1, id="option"),
        pytest.param("wherry version --output js", "wherry version --output json", 1, id="choice of an option"),
        pytest.param("wherry version --profile stag", "wherry version --profile staging", 1, id="profile"),
        pytest.param("wherry config ", "check", 2, id="commands of a group"),
        pytest.param("wherry co", "completion", 2, id="several candidates"),
    ],
)
def test_completion(shell, typed, expected, tabs):
    shell.complete(typed, expected, tabs=tabs)


def test_the_powershell_script_parses(tmp_path):
    if shutil.which("pwsh") is None:
        pytest.skip("pwsh is not installed")
    import subprocess

    script = tmp_path / "wherry.ps1"
    script.write_text(subprocess.check_output([sys.executable, "-m", "wherry", "completion", "powershell"], text=True))
    parse = f"[System.Management.Automation.Language.Parser]::ParseFile('{script}', [ref]$null, [ref]$e)"
    check = f"$e = $null; {parse}; exit $e.Count"
    subprocess.run(["pwsh", "-NoProfile", "-Command", check], check=True)
