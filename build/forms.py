"""Make dist/program/wherry (.exe on Windows): what this system's release has, for `wherry release build` to pack.

Beside it dist/inventory.json says what is in it.

    python build/forms.py

On Linux it is dist/wherry, one file with a launcher of our own. On macOS and Windows it is chosen by measurement:
PyInstaller's one file and its folder are both frozen, `version` of both is timed in turn, and the folder is taken when
it starts in less than half the time: one file is simpler to download, but it unpacks itself at each start, and macOS
examines it anew each time. Runs on any Python 3.
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

import environment
import freeze

HOME = Path(__file__).resolve().parent.parent
OUT = HOME / "dist" / "program"
ROUNDS = 15
WORTH_A_FOLDER = 0.5  # of the one file's time


def main() -> None:
    """Freeze, choose and copy."""
    form = "launcher" if freeze.OWN_FORM == "launcher" else measured()
    program = freeze.output(form)
    if form == "launcher":
        subprocess.run([sys.executable, str(HOME / "build" / "freeze.py"), "--if-stale"], check=True)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    if form == "folder":
        shutil.copytree(program.parent, OUT / program.name, symlinks=True)
    else:
        shutil.copy2(program, OUT / program.name)
    python = environment.make(freeze.WORK / "freeze-venv", freeze.LOCK, freeze.interpreter())
    inventory = [str(HOME / "build" / "inventory.py"), form, str(OUT.parent / "inventory.json")]
    subprocess.run([str(python), *inventory], check=True)


def measured() -> str:
    """The better of PyInstaller's two forms; tells both medians."""
    for form in ("file", "folder"):
        subprocess.run([sys.executable, str(HOME / "build" / "freeze.py"), "--form", form], check=True)
    file, folder = medians_ms([freeze.output("file"), freeze.output("folder")])
    chosen = "folder" if folder < WORTH_A_FOLDER * file else "file"
    print(f"version, median of {ROUNDS}: one file {file:.0f} ms, folder {folder:.0f} ms; chosen: {chosen}")
    return chosen


def medians_ms(programs: list[Path]) -> list[float]:
    """How long `version` takes, run in turn."""
    samples: list[list[float]] = [[] for _ in programs]
    for _ in range(ROUNDS):
        for program, taken in zip(programs, samples, strict=True):
            start = time.perf_counter()
            subprocess.run([str(program), "version"], check=True, stdout=subprocess.DEVNULL)
            taken.append((time.perf_counter() - start) * 1000)
    return [statistics.median(taken) for taken in samples]


if __name__ == "__main__":
    main()
