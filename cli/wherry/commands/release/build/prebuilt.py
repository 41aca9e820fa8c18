"""A program that something else has built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.commands.release import inventory
from wherry.commands.release.build.program import Program
from wherry.commands.release.template import render
from wherry.errors import WherryError, doing

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


def contents(build: PrebuiltBuild, folder: Path, fields: Named) -> inventory.Inventory:
    """What its inventory says is in it; nothing when none is named.

    Raises WherryError when it cannot be read, UsageError when it is none, TemplateError for the path.
    """
    if build.prebuilt.inventory is None:
        return inventory.Inventory()
    with doing("prebuilt.inventory"):
        path = folder / render(build.prebuilt.inventory, fields)
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise WherryError(f"{path}: {exc.strerror or exc}") from None
        return inventory.decode(data, str(path))
