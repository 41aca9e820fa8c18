"""Freeze dist/wherry: one file, by PyInstaller, in an environment of its own.

    python3 build/freeze.py [--if-stale] [--folder]

Runs on any Python 3 with nothing installed. On Debian its own python3.11 is frozen: it is built with profile-guided
and link-time optimisation, and starts faster than one built without. Elsewhere it is the python3 that runs this.
WHERRY_PYTHON names another.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment

HOME = Path(__file__).resolve().parent.parent
LOCK = HOME / "build" / "freeze.lock"
WORK = HOME / "work"
PROGRAM = HOME / "dist" / ("wherry.exe" if os.name == "nt" else "wherry")
FOLDER = HOME / "dist" / "folder"
DEBIAN_PYTHON = "/usr/bin/python3.11"


def main() -> None:
    """Parse the command line, freeze, and run what came out once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--if-stale", action="store_true", help="do nothing when dist/wherry is of this source")
    parser.add_argument("--folder", action="store_true", help="freeze dist/folder/wherry/, not one file")
    given = parser.parse_args()
    made_from = WORK / "frozen-from"
    source = fingerprint()
    if given.if_stale and PROGRAM.exists() and made_from.exists() and made_from.read_text() == source:
        return
    python = environment.make(WORK / "freeze-venv", LOCK, interpreter())
    generate()
    freeze(python, folder=given.folder)
    program = FOLDER / "wherry" / PROGRAM.name if given.folder else PROGRAM
    subprocess.run([str(program), "version"], check=True)
    if not given.folder:
        made_from.write_text(source)
    print(f"{program.relative_to(HOME)}: {program.stat().st_size / 1e6:.1f} MB, frozen from {describe(python)}")


def interpreter() -> str:
    """The Python to freeze."""
    chosen = os.environ.get("WHERRY_PYTHON")
    if chosen:
        return chosen
    shared = list(Path("/usr/lib").glob("*/libpython3.11.so.1.0"))
    if Path(DEBIAN_PYTHON).exists() and (shared or environment.install(["libpython3.11"])):
        return DEBIAN_PYTHON
    return sys.executable


def generate() -> None:
    """Write the module that says which commit this is."""
    generated = WORK / "generated"
    shutil.rmtree(generated, ignore_errors=True)
    generated.mkdir(parents=True)
    (generated / "wherry_build.py").write_text(f"COMMIT = {commit()!r}\n")


def commit() -> str:
    """HEAD's hash, with -dirty where files differ from it."""
    describe = ["git", "-C", str(HOME), "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
    try:
        return subprocess.run(describe, check=True, capture_output=True, text=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive of the source
        return "unknown"


def freeze(python: Path, *, folder: bool) -> None:
    """Run PyInstaller on build/wherry.spec."""
    dist = FOLDER if folder else PROGRAM.parent
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    paths = ["--distpath", str(dist), "--workpath", str(WORK / "pyinstaller")]
    environ = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"}
    environ["WHERRY_FREEZE"] = "folder" if folder else "file"
    subprocess.run([*command, *paths, str(HOME / "build" / "wherry.spec")], check=True, env=environ, cwd=HOME)


def describe(python: Path) -> str:
    """The frozen interpreter in words."""
    words = "import platform, sys; print('Python', platform.python_version(), 'of', sys.base_prefix)"
    return subprocess.run([str(python), "-c", words], check=True, capture_output=True, text=True).stdout.strip()


def fingerprint() -> str:
    """A hash of everything that goes into the executable but the commit."""
    files = [*(HOME / "cli").rglob("*.py"), *(HOME / "build").rglob("*.py"), HOME / "build" / "wherry.spec", LOCK]
    digest = hashlib.sha256(f"{interpreter()}\n".encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(HOME)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
