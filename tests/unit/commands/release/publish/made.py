"""A small release to publish: a repository with a tag, programs for two systems, and the parts of both."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from wherry.commands.release.build import making
from wherry.commands.release.publish.preparing import Asked, prepare

if TYPE_CHECKING:
    from pathlib import Path

FILE = """\
version: 1
project_name: acme
builds:
- builder: prebuilt
  targets: [linux_amd64, linux_arm64]
  prebuilt: {path: 'out/acme_{{ .Arch }}'}
- {id: win, builder: prebuilt, targets: [windows_amd64], binary: acme, prebuilt: {path: out/acme.exe}}
archives:
- formats: [tar.gz]
  format_overrides: [{os: windows, formats: [zip]}]
source: {enabled: true}
sboms: [{artifacts: binary}]
install_scripts: {formats: [sh, ps1]}
"""
PYPROJECT = """\
[project]
name = "acme"
version = "1.2.3"
description = "Does things"
license = "MIT"
[project.urls]
Homepage = "https://acme.test"
"""
TARGETS = ("linux_amd64", "linux_arm64", "windows_amd64")
ENVIRON = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@acme.test",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@acme.test",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
}


class Project:
    """At ``folder``; ``more`` is added to its release.yml."""

    def __init__(self, folder: Path, more: str = "") -> None:
        self.folder = folder
        self.file = folder / "release.yml"
        self.dist = folder / "dist"
        (folder / "out").mkdir(parents=True)
        for name in ("acme_amd64", "acme_arm64", "acme.exe"):
            (folder / "out" / name).write_text(f"#!/bin/sh\necho acme 1.2.3 of {name}\n")
            (folder / "out" / name).chmod(0o755)
        (folder / "pyproject.toml").write_text(PYPROJECT)
        (folder / "LICENSE").write_text("Do as you like.\n")
        (folder / ".gitignore").write_text("/dist/\n/store/\n")
        self.file.write_text(FILE + more)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("add", ".")
        self.git("commit", "--quiet", "--message", "feat: all of it")
        self.git("tag", "v1.2.3")

    def git(self, *arguments: str) -> str:
        environ = {**os.environ, **ENVIRON}
        command = ["git", "-C", str(self.folder), *arguments]
        return subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout.strip()

    def build(self, *targets: str) -> None:
        """The parts of ``targets``, of all unless told."""
        for target in targets or TARGETS:
            making.build(making.Asked(str(self.file), target, False, str(self.dist), False), _quiet, _quiet)

    def prepare(self, emit=lambda event: None, **changes):
        asked = {"out": None, "notes": None, "snapshot": False, "dry_run": False, "debug": False, **changes}
        return prepare(Asked(file=str(self.file), parts=str(self.dist), **asked), emit, _quiet)


def _quiet(_: str) -> None:
    """Says nothing."""
