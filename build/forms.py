"""Choose by measurement how wherry is packed on macOS and Windows: PyInstaller's one file, or its folder in an archive.

    python build/forms.py TARGET

Freezes both, times `version` of both in turn, and writes out/wherry-TARGET (.exe on Windows), or
out/wherry-TARGET.tar.gz (.zip on Windows) when the folder starts in less than half the time: one file is simpler to
download, but it unpacks itself at each start, and macOS examines it anew each time. Runs on any Python 3.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import freeze

HOME = Path(__file__).resolve().parent.parent
OUT = HOME / "out"
ROUNDS = 15
WORTH_AN_ARCHIVE = 0.5  # of the one file's time


def main() -> None:
    """Freeze, measure, tell both medians and write the chosen one."""
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for form in ("file", "folder"):
        subprocess.run([sys.executable, str(HOME / "build" / "freeze.py"), "--form", form], check=True)
    file, folder = medians_ms([freeze.output("file"), freeze.output("folder")])
    chosen = "folder" if folder < WORTH_AN_ARCHIVE * file else "file"
    print(f"version, median of {ROUNDS}: one file {file:.0f} ms, folder {folder:.0f} ms; chosen: {chosen}")
    write(chosen, f"wherry-{sys.argv[1]}")


def medians_ms(programs: list[Path]) -> list[float]:
    """How long `version` takes, run in turn."""
    samples: list[list[float]] = [[] for _ in programs]
    for _ in range(ROUNDS):
        for program, taken in zip(programs, samples, strict=True):
            start = time.perf_counter()
            subprocess.run([str(program), "version"], check=True, stdout=subprocess.DEVNULL)
            taken.append((time.perf_counter() - start) * 1000)
    return [statistics.median(taken) for taken in samples]


def write(form: str, name: str) -> None:
    """Put what is released into out/."""
    program = freeze.output(form)
    OUT.mkdir(exist_ok=True)
    if form == "file":
        shutil.copy2(program, OUT / (name + program.suffix))
    else:
        kind = "zip" if program.suffix else "gztar"
        shutil.make_archive(str(OUT / name), kind, program.parent.parent, program.parent.name)


if __name__ == "__main__":
    main()
