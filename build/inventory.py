"""Write what is in the program that was frozen last, as `prebuilt.inventory` of release.yml has it.

    work/freeze-venv/bin/python build/inventory.py FORM FILE

Run with the Python that it was frozen with: it has what this needs of wherry's own modules.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import freeze
import msgspec

sys.path.insert(0, str(freeze.HOME / "cli"))

from wherry.commands.release.build.environment import REPORT
from wherry.commands.release.build.frozen import contents, report, tables
from wherry.commands.release.build.frozen.tables import Entry, Table

PLACE = freeze.WORK / "freeze-venv"


def main() -> None:
    """Find it out and write it."""
    form, file = sys.argv[1:]
    every = tables.read(freeze.WORK / "pyinstaller")
    if form == "launcher":
        entries, libraries = of_launcher(every), freeze.WORK / "stage" / "lib"
    else:
        program = freeze.output(form)
        entries = tables.of_program(every, program)
        libraries = program.parent / tables.contents_folder(entries)
    told = PLACE / REPORT
    archives = report.read(told.read_bytes()) if told.is_file() else {}
    found = contents.find(entries, libraries, PLACE, archives, os.environ)
    Path(file).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")


def of_launcher(every: tuple[Table, ...]) -> tuple[Entry, ...]:
    """The modules, and the libraries that build/stage.py has laid out: it takes nothing else of PyInstaller's."""
    modules = [entry for table in every if table.target == "PYZ" for entry in table.entries]
    binaries = [
        entry
        for table in every
        if table.target == "Analysis"
        for entry in table.entries
        if entry.kind in ("BINARY", "EXTENSION")
    ]
    extensions = {Path(entry.name).name.partition(".")[0] for entry in binaries if entry.kind == "EXTENSION"}
    folders = sorted({Path(entry.source).parent for entry in binaries if entry.kind == "BINARY"})
    libraries = []
    for file in sorted((freeze.WORK / "stage" / "lib").iterdir()):
        if file.name.removesuffix(".so").rpartition(".")[2] not in extensions:
            source = next((folder / file.name for folder in folders if (folder / file.name).exists()), file)
            libraries.append(Entry(file.name, str(source), "BINARY"))
    return (*modules, *(entry for entry in binaries if entry.kind == "EXTENSION"), *libraries)


if __name__ == "__main__":
    main()
