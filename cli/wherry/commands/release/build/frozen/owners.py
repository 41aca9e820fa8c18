"""Which packages of the machine's own system libraries came from, where dpkg or rpm can tell."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release.inventory import SystemPackage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_LIMIT_S: Final = 60.0
_PATTERN: Final = re.compile(r"[*?\[\\]")


def owners(paths: Sequence[str], environ: Mapping[str, str]) -> dict[str, SystemPackage]:
    """The package of each path that one has; none on systems that have neither dpkg nor rpm."""
    # dpkg-query would take a pattern for one.
    plain = [path for path in paths if not _PATTERN.search(path)]
    vendor = _vendor() if plain else ""
    return (_of_dpkg(plain, vendor, environ) or _of_rpm(plain, vendor, environ)) if vendor else {}


def _vendor() -> str:
    """https://www.freedesktop.org/software/systemd/man/latest/os-release.html"""
    for file in (Path("/etc/os-release"), Path("/usr/lib/os-release")):
        if file.is_file():
            found = re.search(r'^ID=["\']?([a-z0-9._-]+)["\']?\s*$', file.read_text("utf-8", "replace"), re.MULTILINE)
            return found[1] if found else ""
    return ""


def _of_dpkg(paths: Sequence[str], vendor: str, environ: Mapping[str, str]) -> dict[str, SystemPackage]:
    names = {path: tuple(_also(path)) for path in paths}
    listed = _lines(["dpkg-query", "--search", *{name for each in names.values() for name in each}], environ)
    by_name: dict[str, str] = {}
    for line in listed:
        owner, _, file = line.partition(": ")
        # Several own a folder, never a library; "diversion by" is no package.
        if re.fullmatch(r"[a-z0-9+.:-]+", owner):
            by_name[file] = owner
    form = "${binary:Package}\\t${Package}\\t${Version}\\t${Architecture}\\n"
    packages: dict[str, SystemPackage] = {}
    if by_name:
        for line in _lines(["dpkg-query", "--show", f"--showformat={form}", *{*by_name.values()}], environ):
            owner, name, version, arch = line.split("\t")
            packages[owner] = SystemPackage("deb", vendor, name, version, arch)
    found = {path: next((by_name[name] for name in also if name in by_name), "") for path, also in names.items()}
    return {path: packages[owner] for path, owner in found.items() if owner in packages}


def _also(path: str) -> Iterator[str]:
    """What the package may call the file: /lib is a link to /usr/lib today, and was not when packages were made."""
    for each in dict.fromkeys((path, os.path.realpath(path))):
        yield each
        yield each.removeprefix("/usr") if each.startswith("/usr/lib") else f"/usr{each}"


def _of_rpm(paths: Iterable[str], vendor: str, environ: Mapping[str, str]) -> dict[str, SystemPackage]:
    form = "%{NAME}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\t%{ARCH}\\n"
    found: dict[str, SystemPackage] = {}
    for path in paths if shutil.which("rpm", path=environ.get("PATH")) else ():
        lines = _lines(["rpm", "--query", "--queryformat", form, "--file", os.path.realpath(path)], environ)
        if lines and lines[0].count("\t") == 2:
            name, version, arch = lines[0].split("\t")
            found[path] = SystemPackage("rpm", vendor, name, version.removeprefix("(none):"), arch)
    return found


def _lines(command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """What it prints; it ends with 1 for what no package owns. Nothing when it is not there."""
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return []
    try:
        done = subprocess.run(
            [program, *command[1:]],
            env={**environ, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=_LIMIT_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    return done.stdout.decode("utf-8", "replace").splitlines()
