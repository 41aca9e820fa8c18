"""What publishing needs of a place, whichever forge or folder it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
    from pathlib import Path


class Announcement(Record):
    """What a release says of itself. ``commit`` is what its tag names; ``draft``: it is to stay one."""

    tag: str
    commit: str
    title: str
    notes: str
    prerelease: bool
    draft: bool


class Asset(Record):
    """A file that is there.

    ``id`` is the place's own; ``sha256`` is in hex, None where the place does not tell; not ``whole``: its upload broke
    off, and what is there is of no use.
    """

    id: str
    name: str
    size: int
    sha256: str | None
    whole: bool


class Posted(Record):
    """A release that is there. ``url`` is for people."""

    id: str
    url: str
    draft: bool
    assets: tuple[Asset, ...]


class Upload(Record):
    """A file to put there; ``size`` in bytes, ``sha256`` in hex."""

    name: str
    path: Path
    size: int
    sha256: str
    media_type: str


class Store(Protocol):
    """A place that releases are published in. Each method raises WherryError where it cannot be carried out."""

    async def ready(self) -> None:
        """See that the credentials are good for writing. Nothing is written."""

    async def find(self, tag: str) -> Posted | None:
        """The release of ``tag``, published or a draft, with every one of its assets."""

    async def create(self, wanted: Announcement) -> Posted:
        """A draft where there are drafts, else nothing that the public sees."""

    async def upload(self, posted: Posted, file: Upload, progress: Callable[[int], None]) -> Asset:
        """Send a file in pieces. ``progress`` gets the bytes sent so far, which begin anew with another attempt."""

    async def remove(self, posted: Posted, asset: Asset) -> None:
        """Take an asset away; one that is gone already is no error."""

    def download(self, posted: Posted, asset: Asset) -> AsyncIterator[bytes]:
        """The bytes as the place has them now."""

    async def publish(self, posted: Posted, wanted: Announcement, assets: Sequence[Asset]) -> str:
        """Make it public, unless it is to stay a draft; returns its URL for people. Safe to call twice."""

    def calls(self, wanted: Announcement, files: Sequence[Upload]) -> Iterator[str]:
        """Each call that publishing would make, as one line such as ``POST https://... (what)``. Sends nothing."""


class Written(Record):
    """What writing came to. ``url`` is of the commit or proposal, for people; not ``changed``: all was as wanted."""

    url: str
    changed: bool


class Repository(Protocol):
    """Writes files into a branch of a repository through its forge's interface."""

    async def ready(self) -> None:
        """See that the credentials are good for writing. Nothing is written. Raises WherryError."""

    async def write(self, files: Mapping[str, bytes], message: str) -> Written:
        """One commit where the forge can, none where each file is as wanted. Raises WherryError."""

    def calls(self, paths: Sequence[str]) -> Iterator[str]:
        """Each call that writing would make, as one line. Sends nothing."""
