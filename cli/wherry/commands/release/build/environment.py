"""A virtual environment with what the lock file says and the project, and nothing else."""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build import interpreter
from wherry.commands.release.build.frozen.installed import site_packages
from wherry.commands.release.inventory import normal
from wherry.core.record import replace
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from wherry.commands.release.build.running import Runner
    from wherry.commands.release.file import PyInstallerBuild

REPORT: Final = "pip-report.json"
"""The file in the environment in which pip tells what it installed from; an old pip writes none."""
_REQUIREMENT: Final = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]\n]*\])?\s*(?:==|@)", re.MULTILINE | re.ASCII)
# What would let modules in that nobody locked, or is about the Python that is running us.
_UNWANTED: Final = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")


def cleaned(run: Runner) -> Runner:
    """The same runner, for a Python that sees only its own environment."""
    kept = {name: value for name, value in run.environ.items() if name not in _UNWANTED}
    return replace(run, environ={**kept, "PYTHONNOUSERSITE": "1"})


def make(build: PyInstallerBuild, run: Runner, place: Path, name: str | None) -> Path:
    """Make it at ``place``, which is not there yet; the path of its PyInstaller.

    ``name`` is the project's, as pyproject.toml has it: it is installed unless the lock file names it. Raises
    WherryError.
    """
    command = interpreter.find(build.python, run.environ)
    run([*command, "-m", "venv", str(place)], f"{command[0]} -m venv")
    programs, ending = (place / "Scripts", ".exe") if sys.platform == "win32" else (place / "bin", "")
    install = [str(programs / f"python{ending}"), "-m", "pip", "install"]
    install += ["--disable-pip-version-check", "--no-input", "--no-compile"]
    locked: frozenset[str] = frozenset()
    if build.lock is not None:
        locked = locked_names((run.folder / build.lock).read_text("utf-8", "replace"))
        report = ["--report", str(place / REPORT)] if can_report(place) else []
        run([*install, *report, "--require-hashes", "--requirement", build.lock], f"pip install of {build.lock}")
    if is_installable(run.folder) and not (name and normal(name) in locked):
        with tidied(run.folder):
            run([*install, "--no-deps", "."], "pip install of the project")
    pyinstaller = programs / f"pyinstaller{ending}"
    if not pyinstaller.is_file():
        raise WherryError(
            f"PyInstaller is not in {build.lock}" if build.lock else "without a lock file there is no PyInstaller",
            hint="add pyinstaller to the requirements that the lock file is made of",
        )
    return pyinstaller


def can_report(place: Path) -> bool:
    """Whether its pip is 22.2 or newer, which tells what it installed from."""
    found = (each.name for folder in site_packages(place) for each in folder.glob("pip-*.dist-info"))
    numbers = re.match(r"pip-(\d+)\.(\d+)", next(found, ""))
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (22, 2)


@contextmanager
def tidied(folder: Path) -> Iterator[None]:
    """What setuptools leaves in a source folder is gone afterwards: it would go into the next build too."""
    before = _left(folder)
    try:
        yield
    finally:
        for path in _left(folder) - before:
            shutil.rmtree(path, ignore_errors=True)


def _left(folder: Path) -> set[Path]:
    patterns = ("build", "*.egg-info", "src/*.egg-info")
    return {path for pattern in patterns for path in folder.glob(pattern)}


def locked_names(text: str) -> frozenset[str]:
    """The distributions that a lock file names, in their normal form."""
    return frozenset(normal(name) for name in _REQUIREMENT.findall(text))


def is_installable(folder: Path) -> bool:
    """Whether pip can install what is in ``folder``: a pyproject.toml may only configure tools."""
    if (folder / "setup.py").is_file():
        return True
    try:
        document = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as exc:
        raise WherryError(f"reading pyproject.toml: {exc}") from None
    return "project" in document or "build-system" in document
