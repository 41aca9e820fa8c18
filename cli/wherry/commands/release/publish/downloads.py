"""What people download of a release, as taps and install scripts see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable


class Inside(Record):
    """A program in an archive: the command ``name``, without .exe, and its ``path`` there, with slashes.

    ``folder`` is the one that it needs beside it, which its path begins with; None for a program of one file.
    """

    name: str
    path: str
    folder: str | None


class Download(Record):
    """An archive, or the program itself where ``format`` is binary, for one ``target``; ``size`` is in bytes.

    ``sha256`` is in lower-case hex. ``others`` are the paths of further files in it, completions among them.
    """

    target: str
    name: str
    format: str
    url: str
    sha256: str
    size: int
    programs: tuple[Inside, ...]
    others: tuple[str, ...] = ()


class Facts(Record):
    """What a release says of itself; the files are at ``base_url``/NAME. A text that nobody gave is empty."""

    name: str
    version: str
    tag: str
    description: str
    homepage: str
    license: str
    base_url: str


def first_of_each(downloads: Iterable[Download]) -> dict[str, Download]:
    """By target; where there are several archives for one, the first counts."""
    found: dict[str, Download] = {}
    for download in downloads:
        found.setdefault(download.target, download)
    return found
