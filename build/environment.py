"""Make a virtual environment hold exactly what a lock file lists, hashes checked; do nothing when it does already.

    python3 build/environment.py FOLDER LOCK [--python PROGRAM] [--editable]

Runs on any Python 3 with nothing installed. ``--editable`` adds wherry itself, run from its source; such an
environment is one to work in, so a new lock is installed over the old one instead of starting afresh.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)


def main() -> None:
    """Parse the command line and make the environment."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("lock", type=Path)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--editable", action="store_true")
    given = parser.parse_args()
    make(given.folder, given.lock, given.python, editable=given.editable)


def make(folder: Path, lock: Path, python: str, *, editable: bool = False) -> Path:
    """Bring ``folder`` up to date with ``lock`` for the interpreter ``python``; the path of its own python."""
    inside = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "made-from"
    wanted = _identity(lock, python, editable=editable)
    if inside.exists() and stamp.exists() and stamp.read_text() == wanted:
        return inside
    if stamp.exists() and not (editable and inside.exists()):
        shutil.rmtree(folder)
    if not inside.exists():
        print(f"{folder}: {_version(python)} from {python}", file=sys.stderr)
        _create(folder, python)
    pip = [str(inside), "-m", "pip", "--disable-pip-version-check", "-qq", "install"]
    report = ["--report", str(folder / "pip-report.json")]  # for build/inventory.py
    subprocess.run([*pip, *report, "--require-hashes", "--requirement", str(lock)], check=True)
    if editable:
        subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(HOME)], check=True)
    stamp.write_text(wanted)
    return inside


def _create(folder: Path, python: str) -> None:
    command = [python, "-m", "venv", str(folder)]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0:
        return
    # Debian keeps ensurepip, and so `python3 -m venv`, in a package of its own.
    shutil.rmtree(folder, ignore_errors=True)
    package = "python{}.{}-venv".format(*_version_info(python))
    if not install([package]):
        sys.exit(f"{python} cannot make a virtual environment: install Debian's {package}, or run this as root")
    subprocess.run(command, check=True)


def install(packages: list[str]) -> bool:
    """Install Debian packages where that is possible without asking anyone; whether it was done."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=600"]
    install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    subprocess.run([*apt, "update"], check=True, stdout=subprocess.DEVNULL, env=environ)
    return subprocess.run(install, check=False, stdout=subprocess.DEVNULL, env=environ).returncode == 0


def _version_info(python: str) -> tuple[int, int]:
    words = subprocess.run(
        [python, "-c", "import sys; print(*sys.version_info[:2])"], check=True, capture_output=True, text=True
    ).stdout.split()
    major, minor = map(int, words)
    if (major, minor) < OLDEST:
        sys.exit(f"{python} is Python {major}.{minor}; wherry needs {OLDEST[0]}.{OLDEST[1]} or newer")
    return major, minor


def _version(python: str) -> str:
    return "Python {}.{}".format(*_version_info(python))


def _identity(lock: Path, python: str, *, editable: bool) -> str:
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{digest}\n{shutil.which(python) or python}\n{_version(python)}\n{'editable' if editable else 'locked'}\n"


if __name__ == "__main__":
    main()
