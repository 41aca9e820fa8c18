"""Whether what is inside of archives, packages and programs is what the bills of materials list. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from wherry.commands.release.verify.inside.member import Kind, lead

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from wherry.commands.release.verify.inside.member import Member

_TARGET: Final = re.compile(
    r"(?P<os>linux|darwin|macos|windows)[._-](?P<arch>amd64|x86_64|x64|arm64|aarch64)(?![A-Za-z0-9])", re.IGNORECASE
)
_SAME: Final = {"macos": "darwin", "x86_64": "amd64", "x64": "amd64", "aarch64": "arm64"}
_SHOWN: Final = 3


def target_of(name: str) -> tuple[str, str] | None:
    """The system and the processor that the name of a file says, in Go's words for them."""
    match = _TARGET.search(name)
    if match is None:
        return None
    system, processor = match["os"].lower(), match["arch"].lower()
    return _SAME.get(system, system), _SAME.get(processor, processor)


def root(files: Mapping[str, str], members: Mapping[str, Member]) -> str | None:
    """Where in an archive the program lies whose ``files`` (path to SHA-256) a bill lists: a folder, with its slash.

    None where no file has the name of one at the program's top. Of several folders it is the one with the most of those
    as listed, then the one where they can be run, so that a file of the same name, as completions have, is none.
    """
    same: dict[str, int] = {}
    runs: dict[str, bool] = {}
    for path, member in members.items():
        folder, slash, name = path.rpartition("/")
        if member.kind is Kind.FILE and name in files:
            folder += slash
            same[folder] = same.get(folder, 0) + (member.sha256 == files[name])
            runs[folder] = runs.get(folder, False) or member.executable
    return max(
        same, key=lambda folder: (same[folder], runs[folder], folder.endswith("bin/"), -len(folder)), default=None
    )


def similar(files: Mapping[str, str], members: Mapping[str, Member], folder: str) -> bool:
    """Whether any of ``files`` is in ``folder`` as listed."""
    there = ((members.get(folder + path), sha256) for path, sha256 in files.items())
    return any(member is not None and member.sha256 == sha256 for member, sha256 in there)


def problems(files: Mapping[str, str], members: Mapping[str, Member], folder: str) -> Iterator[str]:
    """What differs between ``files`` and what is in ``folder``; of a program of one file nothing else is looked at."""
    for path, sha256 in files.items():
        member = members.get(folder + path)
        if member is None or member.kind is not Kind.FILE:
            yield f"{folder}{path} is not in it"
        elif member.sha256 != sha256:
            yield f"{folder}{path} is another file"
    if folder and any("/" in path for path in files):
        known = {folder + path for path in files}
        known |= {above for path in known for above in _above(path) if above.startswith(folder[:-1])}
        for path, member in members.items():
            if path.startswith(folder) and not _belongs(member, known):
                yield f"{path} is in it, and not listed"


def _belongs(member: Member, known: Set[str]) -> bool:
    """Whether it is one of the ``known`` files, a folder, or a link to one of them: a bill lists no links."""
    if member.kind is Kind.LINK:
        return lead(member.path, member.target) in known
    return member.kind is Kind.FOLDER or member.path in known


def _above(path: str) -> Iterator[str]:
    """The folders that it is in."""
    while path := path.rpartition("/")[0]:
        yield path


def shown(differences: list[str]) -> str:
    """The first of them in words."""
    more = len(differences) - _SHOWN
    return "; ".join(differences[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")
