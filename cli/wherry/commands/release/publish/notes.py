"""What a release says of itself: what changed, or what a person wrote."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release import git
from wherry.commands.release.publish import changelog
from wherry.errors import UsageError

if TYPE_CHECKING:
    from wherry.commands.release.file import ReleaseFile
    from wherry.commands.release.git import GitFacts

# What GitHub takes at most, in characters; the others take more.
LONGEST: Final = 125_000
_CUT: Final = "\n\nThere is more than can be shown here.\n"


def read(path: str) -> str:
    """What a person wrote. Raises UsageError for a file that cannot be read, or is too long for a forge."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise UsageError(f"{path}: {(exc.strerror if isinstance(exc, OSError) else None) or exc}") from None
    if len(text) > LONGEST:
        raise UsageError(f"{path} has {len(text):,} characters, and a forge takes {LONGEST:,}")
    return text


def of_commits(file: ReleaseFile, facts: GitFacts | None, folder: Path) -> str:
    """What changed since the last release, cut where it is too long for a forge. Raises WherryError when git fails."""
    if facts is None or not facts.commit:
        return ""
    text = changelog.notes(file.changelog, git.commits(folder, facts.previous_tag))
    return text if len(text) <= LONGEST else text[: text.rindex("\n", 0, LONGEST - len(_CUT))] + _CUT
