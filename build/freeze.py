"""Freeze dist/wherry, in an environment of its own.

    python3 build/freeze.py [--form launcher|file|folder|default] [--if-stale]

PyInstaller finds what belongs to the program. On Linux its launcher carries that (form `launcher`: build/stage.py,
build/executable.py); on macOS and Windows PyInstaller packs one file. A form that is not this system's own goes to
dist/FORM/, for comparison; `default` is PyInstaller's one file as it comes, without build/wherry.spec.

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
import executable

HOME = Path(__file__).resolve().parent.parent
LOCK = HOME / "build" / "freeze.lock"
WORK = HOME / "work"
DIST = HOME / "dist"
NAME = "wherry.exe" if os.name == "nt" else "wherry"
OWN_FORM = "launcher" if sys.platform == "linux" else "file"
DEBIAN_PYTHON = "/usr/bin/python3.11"
# What the launcher is made with.
DEBIAN_TOOLS = {"gcc": "gcc", "strip": "binutils"}
DEBIAN_HEADERS = {"/usr/include/python3.11/Python.h": "libpython3.11-dev", "/usr/include/zstd.h": "libzstd-dev"}


def main() -> None:
    """Parse the command line, freeze, and run what came out once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--form", choices=["launcher", "file", "folder", "default"], default=OWN_FORM)
    parser.add_argument("--if-stale", action="store_true", help="do nothing when it is of this source")
    given = parser.parse_args()
    program = output(given.form)
    made_from = WORK / f"{given.form}-from"
    source = fingerprint()
    if given.if_stale and program.exists() and made_from.exists() and made_from.read_text() == source:
        return
    python = environment.make(WORK / "freeze-venv", LOCK, interpreter())
    generate()
    freeze(python, given.form)
    subprocess.run([str(program), "version"], check=True)
    made_from.write_text(source)
    print(f"{program.relative_to(HOME)}: {program.stat().st_size / 1e6:.1f} MB, frozen from {describe(python)}")


def output(form: str) -> Path:
    """The program that this form makes."""
    if form == OWN_FORM:
        return DIST / NAME
    return DIST / form / (Path("wherry") / NAME if form == "folder" else NAME)


def interpreter() -> str:
    """The Python to freeze; on Debian, as root, what building needs is installed."""
    chosen = os.environ.get("WHERRY_PYTHON")
    packages = [package for tool, package in DEBIAN_TOOLS.items() if not shutil.which(tool)]
    packages += [package for header, package in DEBIAN_HEADERS.items() if not Path(header).exists()]
    if sys.platform == "linux" and packages:
        environment.install([*packages, *(["libc6-dev"] if "gcc" in packages else [])])
    if chosen:
        return chosen
    if Path(DEBIAN_PYTHON).exists() and list(Path("/usr/lib").glob("*/libpython3.11.so.1.0")):
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


def freeze(python: Path, form: str) -> None:
    """Run PyInstaller on build/wherry.spec, and build the launcher around what it found."""
    stage = WORK / "stage"
    work = WORK / ("pyinstaller-default" if form == "default" else "pyinstaller")
    paths = ["--distpath", str(DIST if form == OWN_FORM else DIST / form), "--workpath", str(work)]
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", *paths]
    environ = {**os.environ, "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "0"}
    environ |= {"WHERRY_FORM": form, "WHERRY_STAGE": str(stage)}
    if form == "launcher":
        executable.prepare()
    given = [str(HOME / "build" / "wherry.spec")]
    if form == "default":
        # Commands are imported by name, which PyInstaller must be told of; nothing else differs from how it comes.
        given = ["--onefile", "--name", "wherry", "--specpath", str(work), "--paths", str(HOME / "cli")]
        given += ["--collect-submodules", "wherry", str(HOME / "cli" / "wherry" / "__main__.py")]
        environ["PYTHONPATH"] = str(HOME / "cli")
    subprocess.run([*command, *given], check=True, env=environ, cwd=HOME)
    if form == "launcher":
        executable.build(stage, output(form))


def describe(python: Path) -> str:
    """The frozen interpreter in words."""
    words = "import platform, sys; print('Python', platform.python_version(), 'of', sys.base_prefix)"
    return subprocess.run([str(python), "-c", words], check=True, capture_output=True, text=True).stdout.strip()


def fingerprint() -> str:
    """A hash of everything that goes into the executable but the commit."""
    build = HOME / "build"
    files = [*(HOME / "cli").rglob("*.py"), *build.rglob("*.py"), *build.rglob("*.[ch]"), build / "wherry.spec", LOCK]
    digest = hashlib.sha256(f"{interpreter()}\n".encode())
    for file in sorted(files):
        digest.update(f"{file.relative_to(HOME)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    main()
