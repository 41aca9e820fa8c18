"""What is inside the executable, largest first: `make binary-report`. Runs in the environment that froze it."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader

SHOWN = 40


def main() -> None:
    """Print one table for the archive and one for what the modules and late libraries in it take."""
    program = Path(sys.argv[1])
    archive = CArchiveReader(str(program))
    print(
        f"{program}: {program.stat().st_size / 1e6:.1f} MB\n\nunpacked at each start, and the archive of modules (kB)"
    )
    table({name: entry[1] for name, entry in archive.toc.items()})
    modules = archive.open_embedded_archive("PYZ.pyz")
    files: dict[str, str] = {}
    if "wherry_late" in modules.toc:
        namespace: dict[str, dict[str, list[tuple[str, str]]]] = {}
        exec(modules.extract("wherry_late"), namespace)
        files = {carrier: file for entries in namespace["FILES"].values() for file, carrier in entries}
    print("\nlibraries that are unpacked when they are imported (kB, compressed)")
    table({files[name]: entry[2] for name, entry in modules.toc.items() if name in files})
    print("\nPython, by package (kB, compressed)")
    packages: Counter[str] = Counter()
    for name, entry in modules.toc.items():
        if name not in files:
            packages[name.split(".")[0]] += entry[2]
    table(packages)


def table(sizes: dict[str, int]) -> None:
    """The largest ones, and the sum of all."""
    ordered = sorted(sizes.items(), key=lambda item: -item[1])
    for name, size in ordered[:SHOWN]:
        print(f"{size / 1000:9.1f}  {name}")
    if len(ordered) > SHOWN:
        print(f"{sum(size for _, size in ordered[SHOWN:]) / 1000:9.1f}  {len(ordered) - SHOWN} more")
    print(f"{sum(sizes.values()) / 1000:9.1f}  all")


if __name__ == "__main__":
    main()
