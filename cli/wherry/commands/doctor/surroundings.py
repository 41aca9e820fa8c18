"""Looks at what needs no network: program, configuration, folders, terminal."""

from __future__ import annotations

import shutil
import sys
import tempfile
from typing import TYPE_CHECKING, Final

from wherry.about import VERSION
from wherry.commands.doctor.events import Finding, State
from wherry.errors import WherryError, chain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from wherry.ui.console import Console

_LINUX: Final[bool] = sys.platform == "linux"


def program(tls_library: str) -> Finding:
    """What runs, and where the executable is unpacked (on Linux, where it is unpacked only once)."""
    words = f"wherry {VERSION}, Python {'.'.join(map(str, sys.version_info[:3]))}, {tls_library}"
    if not (_LINUX and getattr(sys, "frozen", False)):
        return Finding("program", State.OK, words)
    if sys.prefix.startswith("/proc/"):
        advice = "starts are faster when WHERRY_RUNTIME_DIR names a folder that can be written and executed from"
        return Finding("program", State.NOTE, f"{words}, unpacked to memory each time: {advice}")
    return Finding("program", State.OK, f"{words}, unpacked to {sys.prefix}")


def configuration(profile: str | None) -> Finding:
    """The configuration file and the profile in use."""
    from wherry.profile import file

    where = file.path()
    try:
        found = file.load()
        selected = file.select(profile)
    except WherryError as exc:
        return Finding("configuration", State.PROBLEM, chain(exc))
    if found is None:
        return Finding("configuration", State.OK, f"{where}: not there, none is needed")
    count = len(found.profiles)
    using = f"using {selected.name!r}" if selected.name else "using none"
    return Finding("configuration", State.OK, f"{where}: {count} profile{'' if count == 1 else 's'}, {using}")


def cache() -> Finding:
    """The folder for tokens and downloads: whether it can be written to."""
    from wherry.profile.folders import cache_folder

    try:
        return writable("cache folder", cache_folder())
    except WherryError as exc:
        return Finding("cache folder", State.NOTE, f"{chain(exc)}; tokens are fetched anew each time")


def writable(name: str, folder: Path) -> Finding:
    """Whether a file can be made in ``folder``, or in the nearest folder above it that exists."""
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as exc:
        reason = (exc.strerror or str(exc)).lower()
        return Finding(name, State.NOTE, f"{folder}: {reason}; tokens are fetched anew each time")
    return Finding(name, State.OK, f"{folder}: {'writable' if existing == folder else 'will be made when needed'}")


def terminal(console: Console, environ: Mapping[str, str]) -> Finding:
    """What output goes to and how it will look."""
    where = ", ".join(
        f"{name} is {'a terminal' if tty else 'not a terminal'}"
        for name, tty in (("stdout", console.stdout_tty), ("stderr", console.stderr_tty))
    )
    size = shutil.get_terminal_size()
    colour = "colour" if console.paint_out.on or console.paint_err.on else "no colour"
    reason = " (NO_COLOR)" if environ.get("NO_COLOR") else ""
    term = environ.get("TERM", "not set")
    return Finding("terminal", State.OK, f"{where}; {size.columns}x{size.lines}, TERM {term}, {colour}{reason}")


def descriptors() -> Finding:
    """How many files and connections this process may have open."""
    if sys.platform == "win32":
        return Finding("open files", State.OK, "no limit")
    else:  # noqa: RET505  mypy reads what is left for the platform
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        state = State.OK if soft >= 1024 else State.NOTE
        return Finding("open files", state, f"at most {soft}, can be raised to {hard}")
