"""A program that something else has built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release.build.program import Program
from wherry.commands.release.template import render
from wherry.errors import WherryError

if TYPE_CHECKING:
    from pathlib import Path

    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import PrebuiltBuild


def find(build: PrebuiltBuild, name: str, build_id: str, folder: Path, fields: Named) -> Program:
    """The file that its path names, or the folder with a file called ``name`` in it.

    Raises WherryError when it is not there, TemplateError for the template of the path.
    """
    path = folder / render(build.prebuilt.path, fields)
    executable = path / name if path.is_dir() else path
    if not executable.is_file():
        raise WherryError(f"prebuilt.path: {executable}: no such file")
    return Program(build_id, name, path, executable, path)
