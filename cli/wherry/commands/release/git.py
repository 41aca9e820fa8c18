"""What git says of the folder."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Commit(Record):
    """``id`` is the full one, ``subject`` its first line."""

    id: str
    subject: str


class GitFacts(Record):
    """``tags`` are those of this commit, ``last_tag`` is the nearest before it, or one of its own; None for none.

    ``commit`` is empty before the first one. ``committed_s`` is its time, in seconds since 1970. ``remote`` is the URL
    of origin, without a password. ``dirty``: files differ from the commit.
    """

    commit: str
    tags: tuple[str, ...]
    last_tag: str | None
    previous_tag: str | None
    branch: str
    committed_s: int
    remote: str
    dirty: bool


def look(folder: Path) -> GitFacts | None:
    """What git says; None where there is no repository, or no git. Raises WherryError when it fails otherwise."""
    try:
        inside = _git(folder, "rev-parse", "--is-inside-work-tree")
    except FileNotFoundError:
        return None
    if inside.returncode:
        if b"not a git repository" in inside.stderr:
            return None
        raise WherryError(f"git: {_first_line(inside.stderr)}")
    commit = _line(folder, "rev-parse", "--verify", "--quiet", "HEAD")
    if not commit:
        return GitFacts("", (), None, None, "", 0, _remote(folder), dirty=True)
    last = _line(folder, "describe", "--tags", "--abbrev=0") or None
    return GitFacts(
        commit=commit,
        tags=tuple(_line(folder, "tag", "--points-at", "HEAD").splitlines()),
        last_tag=last,
        previous_tag=_line(folder, "describe", "--tags", "--abbrev=0", "HEAD^") or None,
        branch=_line(folder, "symbolic-ref", "--short", "--quiet", "HEAD"),
        committed_s=int(_line(folder, "show", "--no-show-signature", "--no-patch", "--format=%ct", "HEAD")),
        remote=_remote(folder),
        dirty=bool(_line(folder, "status", "--porcelain", "--untracked-files=no")),
    )


def commits(folder: Path, since: str | None) -> tuple[Commit, ...]:
    """Those after the tag ``since`` (all, when None), up to this one, the newest first. Raises WherryError."""
    # A tag may be called as a file or an option is.
    span = ["HEAD"] if since is None else [f"refs/tags/{since}..HEAD"]
    done = _git(folder, "log", "--format=%H %s", *span, "--")
    if done.returncode:
        raise WherryError(f"git: {_first_line(done.stderr)}")
    lines = done.stdout.decode("utf-8", "replace").split("\n")
    return tuple(Commit(*line.split(" ", 1)) for line in lines if line)


def _remote(folder: Path) -> str:
    from wherry.core.redact import redact_url

    url = _line(folder, "config", "--get", "remote.origin.url")
    return redact_url(url) if "://" in url else url


def _line(folder: Path, *arguments: str) -> str:
    """What it prints, without white space around; nothing where it fails, as for a tag that is not there."""
    done = _git(folder, *arguments)
    return "" if done.returncode else done.stdout.decode("utf-8", "replace").strip()


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command: Sequence[str] = ["git", "--no-optional-locks", "-C", str(folder), *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=_environ())


def _environ() -> dict[str, str]:
    """This environment, in which git speaks English and asks nothing."""
    import os

    return {**os.environ, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}


def _first_line(output: bytes) -> str:
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[0].removeprefix("fatal: ") if lines else "it failed without a word"
