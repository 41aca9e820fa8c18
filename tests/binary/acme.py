"""A small Python project that `wherry release build`, of the executable, makes an executable of."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[2]
NEEDED = ("altgraph", "packaging", "pyinstaller", "pyinstaller-hooks-contrib", "setuptools")
UNREACHABLE = ("No matching distribution", "ConnectionError", "Could not fetch", "No module named pip", "ensurepip")
PROGRAM = """\
import json
import multiprocessing
import os
import socket
import ssl
import subprocess
import sys


def main():
    multiprocessing.freeze_support()
    what, *words = sys.argv[1:]
    if what == "look":
        print(json.dumps([sys.executable, sys.argv[0], dict(os.environ)]))
    elif what == "child":
        return subprocess.run(words).returncode
    elif what == "again":
        return subprocess.run([sys.executable, "say", *words]).returncode
    elif what == "say":
        print(*words)
    elif what == "resolve":
        print(socket.getaddrinfo(words[0], 80)[0][4][0], ssl.OPENSSL_VERSION.split()[0])
    elif what == "workers":
        for method in words:
            with multiprocessing.get_context(method).Pool(1) as pool:
                print(method, pool.map(abs, [-2]))
    return 0
"""
RELEASE = """\
version: 1
project_name: acme
builds:
  - builder: pyinstaller
    entry: acme:main
    lock: requirements.lock
    mode: launcher
    glibc_max: "2.0"
    targets: [linux_amd64, linux_arm64]
    smoke: [[say, hello]]
archives: [{formats: [binary], name_template: "acme_{{ .Arch }}"}]
"""


@dataclass(frozen=True)
class Built:
    """The executable, and what `release build` tells of the program in it."""

    executable: Path
    told: dict[str, Any]


def build(binary: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Build it in FOLDER."""
    lock = re.split(r"(?m)^(?=[a-z])", (HOME / "build" / "freeze.lock").read_text("utf-8"))
    (folder / "requirements.lock").write_text("".join(part for part in lock if part.split("==")[0] in NEEDED))
    (folder / "acme.py").write_text(PROGRAM)
    (folder / "release.yml").write_text(RELEASE)
    environ = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    return subprocess.run(
        [str(binary), "release", "build", "-o", "json"],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
