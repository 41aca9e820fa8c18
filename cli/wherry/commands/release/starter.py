"""A release.yml to begin with, from what a pyproject.toml says. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.commands.release.file import TARGETS
from wherry.core import yamltext
from wherry.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wherry.commands.release.project import Metadata

_ENTRY: Final = re.compile(r"(?P<entry>[\w.]+:\w+)\s*(?:\[.*\])?")


def text(metadata: Metadata, lock: str | None) -> str:
    """The file; ``lock`` is the path of a lock file with hashes, if there is one.

    Raises UsageError for a project that installs no command.
    """
    return "\n".join(_lines(metadata, lock)) + "\n"


def _lines(metadata: Metadata, lock: str | None) -> Iterator[str]:
    command, entry = _command(metadata)
    yield "# What `wherry release` makes of this project; `wherry release plan` shows what comes of it."
    yield "version: 1"
    yield f"project_name: {yamltext.text(metadata.name)}"
    yield ""
    yield "builds:"
    yield "  - builder: pyinstaller"
    yield f"    entry: {entry}"
    if command != metadata.name:
        yield f"    binary: {yamltext.text(command)}"
    if lock:
        yield f"    lock: {yamltext.text(lock)}"
    else:
        yield "    # uv pip compile pyproject.toml --universal --generate-hashes --output-file requirements.lock"
        yield "    # lock: requirements.lock"
    yield f"    targets: [{', '.join(TARGETS)}]"
    yield "    smoke: [[--version]]"
    yield ""
    yield "archives:"
    yield "  - formats: [tar.gz]"
    yield "    format_overrides:"
    yield "      - {goos: windows, formats: [zip]}"
    yield ""
    yield "install_scripts:"
    yield "  formats: [sh, ps1]"
    yield ""
    yield "sboms:"
    yield "  - artifacts: binary"
    # Debian's policy, 5.6.1: the name of a package has two characters.
    if metadata.author and metadata.description and len(metadata.name) > 1:
        yield ""
        yield from _packages(metadata)
    yield ""
    yield "changelog:"
    yield "  groups:"
    yield "    - {title: New, regexp: ^feat, order: 1}"
    yield "    - {title: Mended, regexp: ^fix, order: 2}"
    yield "    - {title: Other, order: 3}"
    yield ""
    yield "release:"
    yield "  prerelease: auto"


def _packages(metadata: Metadata) -> Iterator[str]:
    yield "nfpms:"
    yield "  - formats: [deb, rpm]"
    for key, value in (
        ("maintainer", metadata.author),
        ("description", " ".join((metadata.description or "").split())),
        ("homepage", metadata.homepage),
        ("license", metadata.license),
    ):
        if value:
            yield f"    {key}: {yamltext.text(value)}"


def _command(metadata: Metadata) -> tuple[str, str]:
    """The command that is called as the project, else the first, and its entry point."""
    scripts = dict(metadata.scripts)
    if not scripts:
        raise UsageError("pyproject.toml: project.scripts names no command, so there is nothing to freeze")
    command = metadata.name if metadata.name in scripts else next(iter(scripts))
    match = _ENTRY.fullmatch(scripts[command].strip())
    if match is None:
        raise UsageError(f"pyproject.toml: project.scripts.{command}: {scripts[command]!r} is not module:function")
    return command, match["entry"]
