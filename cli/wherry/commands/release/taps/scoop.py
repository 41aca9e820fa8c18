"""A manifest for Scoop, on Windows. Pure.

Its keys are those of https://github.com/ScoopInstaller/Scoop/wiki/App-Manifests. It has no ``autoupdate``: each release
writes it anew.
"""

from __future__ import annotations

import json
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any, Final

from wherry.commands.release.publish.downloads import first_of_each
from wherry.commands.release.taps.licence import flat
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wherry.commands.release.file import Scoop
    from wherry.commands.release.publish.downloads import Download, Facts, Inside

_PROCESSORS: Final = {"windows_amd64": "64bit", "windows_arm64": "arm64"}


def path(tap: Scoop, project: str) -> str:
    """Where the manifest lies in the bucket."""
    return str(PurePosixPath(tap.directory.strip("/"), f"{tap.name or project}.json"))


def text(tap: Scoop, facts: Facts, downloads: Iterable[Download]) -> str:
    """The manifest. Of several downloads for one target the first counts; those for other systems do not.

    Raises UsageError when there is none left.
    """
    chosen = first_of_each(downloads)
    processors = {name: _processor(chosen[target]) for target, name in _PROCESSORS.items() if target in chosen}
    if not processors:
        raise UsageError("Scoop installs on Windows, and there is no archive for it")
    manifest = {
        "version": facts.version,
        "description": " ".join((tap.description or facts.description).split()),
        "homepage": tap.homepage or facts.homepage,
        "license": _licence(tap.license or facts.license),
        "architecture": processors,
    }
    given = {key: value for key, value in manifest.items() if value}
    return json.dumps(given, ensure_ascii=False, indent=4) + "\n"


def _processor(download: Download) -> dict[str, Any]:
    if download.format == "binary":
        (program,) = download.programs
        # What follows #/ is what the file is called on disk.
        return {"url": f"{download.url}#/{program.name}.exe", "hash": download.sha256, "bin": f"{program.name}.exe"}
    top = _top(download.programs[0])
    commands = [_command(program, top) for program in download.programs]
    one = len(commands) == 1 and isinstance(commands[0], str)
    found: dict[str, Any] = {"url": download.url, "hash": download.sha256}
    if top.parts:
        found["extract_dir"] = str(PureWindowsPath(top))
    return {**found, "bin": commands[0] if one else commands}


def _top(program: Inside) -> PurePosixPath:
    """The folder that all of the archive is in; a path of no parts where there is none."""
    return PurePosixPath(program.folder or program.path).parent


def _command(program: Inside, top: PurePosixPath) -> str | list[str]:
    path = PureWindowsPath(PurePosixPath(program.path).relative_to(top))
    return str(path) if path.stem == program.name else [str(path), program.name]


def _licence(expression: str) -> str:
    word, names = flat(expression)
    return {"OR": "|", "AND": ","}.get(word, "").join(names)
