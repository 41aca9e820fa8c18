"""The notes of a release, from the commits since the last one. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from wherry.commands.release.file import Changelog
    from wherry.commands.release.git import Commit

# What Markdown would read as more than the words; a commit's first line is text.
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>#|~])")
_SHORT: Final = 7


def notes(changelog: Changelog, commits: Iterable[Commit]) -> str:
    """Markdown: a list of the commits, under the headings of ``changelog.groups`` if there are some.

    ``commits`` are as git has them, the newest first. Empty where none is told of.
    """
    excluded = [re.compile(pattern) for pattern in changelog.filters.exclude]
    told = [commit for commit in commits if not any(pattern.search(commit.subject) for pattern in excluded)]
    if changelog.sort:
        told.sort(key=lambda commit: commit.subject, reverse=changelog.sort == "desc")
    if not told:
        return ""
    if not changelog.groups:
        return "## Changelog\n\n" + _list(told)
    parts = [f"### {_text(title)}\n\n{_list(group)}" for title, group in _grouped(changelog, told) if group]
    return "\n".join(["## Changelog\n", *parts]) if parts else ""


def _grouped(changelog: Changelog, commits: Sequence[Commit]) -> list[tuple[str, list[Commit]]]:
    """Each heading with its commits, in the order of the headings; a commit is under the first that it matches."""
    ordered = sorted(changelog.groups, key=lambda group: group.order)
    left = list(commits)
    found: list[tuple[str, list[Commit]]] = []
    # What a pattern takes, another heading without one must not: those take what is left.
    taken: dict[int, list[Commit]] = {}
    for position, group in sorted(enumerate(ordered), key=lambda each: each[1].regexp is None):
        pattern = re.compile(group.regexp or "")
        taken[position] = [commit for commit in left if pattern.search(commit.subject)]
        left = [commit for commit in left if commit not in taken[position]]
    for position, group in enumerate(ordered):
        found.append((group.title, taken[position]))
    return found


def _list(commits: Iterable[Commit]) -> str:
    return "".join(f"* {commit.id[:_SHORT]} {_text(commit.subject)}\n" for commit in commits)


def _text(words: str) -> str:
    return _MARKUP.sub(r"\\\1", words)
