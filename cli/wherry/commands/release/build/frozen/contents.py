"""The inventory of a program that PyInstaller has frozen."""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build.elf import MAGIC, ElfError, soname
from wherry.commands.release.build.frozen import installed, tables
from wherry.commands.release.build.frozen.owners import owners
from wherry.commands.release.build.output import digest
from wherry.commands.release.inventory import Distribution, Inventory, Library, Python, normal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wherry.commands.release.build.frozen.installed import Installed
    from wherry.commands.release.build.frozen.report import Archive
    from wherry.commands.release.build.frozen.tables import Entry

# What of PyInstaller goes into every program.
_OF_ITS_START: Final = re.compile(r"/pyinstaller/(loader|bootloader|hooks/rthooks|fake-modules)/", re.IGNORECASE)


def find(
    entries: Collection[Entry],
    libraries: Path,
    environment: Path,
    archives: Mapping[str, Archive],
    environ: Mapping[str, str],
) -> Inventory:
    """What is in a program that was frozen in ``environment``, of which PyInstaller's tables have the ``entries``.

    Its ``libraries`` lie open in that folder, where they do. ``archives`` are what pip installed from, by normal names.
    It is empty when there are no entries. Raises WherryError, OSError.
    """
    if not entries:
        return Inventory()
    every = installed.read(environment)
    sources = {tables.key(entry.source) for entry in entries if entry.source}
    owned = {path for each in every for path in each.paths}
    found = [each for each in every if not sources.isdisjoint(each.paths)]
    return Inventory(
        distributions=_distributions(found, sources, archives),
        python=_python(environment),
        libraries=_libraries(libraries, [each for each in entries if tables.key(each.source) not in owned], environ),
    )


def _distributions(
    found: Collection[Installed], sources: Collection[str], archives: Mapping[str, Archive]
) -> tuple[Distribution, ...]:
    names = {normal(each.name) for each in found}
    made = []
    for each in found:
        name = normal(each.name)
        archive = archives.get(name)
        only_start = name == "pyinstaller" and all(
            _OF_ITS_START.search(PurePath(path).as_posix()) for path in each.paths if path in sources
        )
        made.append(
            Distribution(
                name=each.name,
                version=each.version,
                license_expression=each.license_expression,
                licenses=each.licenses,
                homepage=each.homepage,
                archive=archive.name if archive else None,
                sha256=archive.sha256 if archive else None,
                # PyInstaller's start of a program needs nothing of what PyInstaller needs.
                requires=() if only_start else tuple(need for need in each.requires if need in names and need != name),
                part="bootloader" if only_start else None,
            )
        )
    return tuple(made)


def _python(environment: Path) -> Python | None:
    """As the environment has it; PyInstaller freezes none but CPython."""
    found = re.search(r"(?m)^version\s*=\s*(\S+)\s*$", (environment / "pyvenv.cfg").read_text("utf-8", "replace"))
    return Python("CPython", found[1]) if found else None


def _libraries(folder: Path, entries: Collection[Entry], environ: Mapping[str, str]) -> tuple[Library, ...]:
    """The shared libraries among ``entries``, which belong to no distribution."""
    binaries = {PurePath(each.name).as_posix(): each.source for each in entries if each.kind == "BINARY"}
    packages = owners([*binaries.values()], environ) if sys.platform == "linux" else {}
    made = []
    for name, source in sorted(binaries.items()):
        # The file itself, where it lies open: some are changed on their way.
        file = folder / name if (folder / name).is_file() else Path(source)
        made.append(Library(name, digest(file), _soname(file), packages.get(source)))
    return tuple(made)


def _soname(file: Path) -> str | None:
    with file.open("rb") as opened:
        if opened.read(len(MAGIC)) != MAGIC:
            return None
        data = MAGIC + opened.read()
    try:
        return soname(data)
    except ElfError:
        # It was judged already, for the glibc that it needs.
        return None
