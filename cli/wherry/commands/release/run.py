"""What `plan` and `init` do: read files, ask git, write."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release import disk, git, loading, project, starter
from wherry.commands.release import plan as plans
from wherry.commands.release.version import choose
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from wherry.commands.release.file import ReleaseFile
    from wherry.commands.release.plan import Plan

_LOCKS: Final = ("requirements.lock", "build/requirements.lock", "requirements.txt", "requirements/lock.txt")


def plan(path: str, *, snapshot: bool) -> Plan:
    """What the file at ``path`` comes to here and now. Raises UsageError, and WherryError when git fails."""
    file = loading.load(path)
    folder = Path(path).parent
    around = surroundings(file, folder)
    version = choose(around.git, around.metadata, snapshot=snapshot)
    with doing(path):
        return plans.plan(file, version, around)


def surroundings(file: ReleaseFile, folder: Path) -> plans.Surroundings:
    """What is known of ``folder`` and this process. Raises as :func:`plan` does."""
    return plans.Surroundings(
        git=git.look(folder),
        metadata=project.read(folder),
        environ=dict(os.environ),
        programs=frozenset(tool for tool in plans.tools(file) if shutil.which(tool)),
        now_s=now_s(),
    )


def now_s() -> float:
    """The time, or what SOURCE_DATE_EPOCH says (https://reproducible-builds.org/docs/source-date-epoch/)."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if not fixed:
        return time.time()
    if not fixed.isascii() or not fixed.isdigit() or len(fixed) > 11:
        raise UsageError(f"SOURCE_DATE_EPOCH is {fixed!r}, and not a number of seconds")
    return int(fixed)


def init(path: str, *, force: bool) -> None:
    """Write a release.yml for the pyproject.toml beside it.

    Raises UsageError, and OSError when it cannot be written.
    """
    folder = Path(path).parent
    metadata = project.read(folder)
    if metadata is None:
        raise UsageError(f"no pyproject.toml with a [project] is in {folder}")
    lock = next((name for name in _LOCKS if disk.lock_problem(folder / name, name) is None), None)
    text = starter.text(metadata, lock)
    _, faults = loading.judge(text.encode(), path)
    if faults:
        raise UsageError(f"pyproject.toml: what comes of it is not valid: {faults[0].words}")
    try:
        with Path(path).open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint="--force writes over it") from None
