"""What is inside the Linux executable, largest first: `make binary-report`.

Reads work/stage, which build/freeze.py left. Compressed sizes are of each part alone; together they take less.
"""

from __future__ import annotations

import marshal
import subprocess
from collections import Counter
from pathlib import Path

import modules_file

HOME = Path(__file__).resolve().parent.parent
SHOWN = 25


def main() -> None:
    """Print one table of files, and one of what the file of modules holds."""
    stage = HOME / "work" / "stage"
    program = HOME / "dist" / "wherry"
    files = {str(file.relative_to(stage)): file.read_bytes() for file in stage.rglob("*") if file.is_file()}
    packed = {name: content for name, content in files.items() if name in {"wherry", "modules"} or "lib/" in name}
    print(f"{program.relative_to(HOME)}: {program.stat().st_size / 1e6:.1f} MB\n")
    table("files", packed)
    packages: Counter[str] = Counter()
    contents = files["modules"]
    pieces: dict[str, bytes] = {}
    for name, (_, offset, size) in modules(contents).items():
        package = name.split(".")[0]
        pieces[package] = pieces.get(package, b"") + contents[offset : offset + size]
        packages[package] += 1
    table("Python, by package", pieces, packages)


def modules(contents: bytes) -> dict[str, tuple[int, int, int]]:
    """The table of contents without the entries of shared libraries: kind, offset, size."""
    offset, size = modules_file.HEAD.unpack_from(contents)[-2:]
    found: dict[str, tuple[int, int, int]] = marshal.loads(contents[offset : offset + size])[0]
    return {name: entry for name, entry in found.items() if entry[0] != modules_file.LIBRARY}


def table(title: str, parts: dict[str, bytes], counts: Counter[str] | None = None) -> None:
    """The largest ones, and the sum of all."""
    rows = [(name, len(content), compressed(content)) for name, content in parts.items()]
    rows.sort(key=lambda row: -row[1])
    rest = rows[SHOWN:]
    shown = [
        *rows[:SHOWN],
        *([(f"{len(rest)} more", sum(r[1] for r in rest), sum(r[2] for r in rest))] if rest else []),
    ]
    shown.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    print(f"{'kB':>9} {'zstd':>9}  {title}")
    for name, size, small in shown:
        number = f" ({counts[name]} modules)" if counts and name in counts and counts[name] > 1 else ""
        print(f"{size / 1000:9.1f} {small / 1000:9.1f}  {name}{number}")
    print()


def compressed(content: bytes) -> int:
    """Its size in bytes after zstd -19."""
    return len(subprocess.run(["zstd", "-q", "-19", "-c"], input=content, check=True, capture_output=True).stdout)


if __name__ == "__main__":
    main()
