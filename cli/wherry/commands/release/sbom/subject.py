"""What a bill of materials is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from wherry.commands.release.inventory import Inventory, ProgramFile


class Subject(Record):
    """A program for one ``target``: its ``name``, without .exe, what is in it, and its files.

    ``epoch_s`` is the time of the document, in seconds since 1970; ``tool`` the version of wherry that writes it.
    """

    name: str
    version: str
    target: str
    epoch_s: int
    inventory: Inventory
    files: tuple[ProgramFile, ...]
    tool: str
    description: str | None = None
    homepage: str | None = None
    license: str | None = None
