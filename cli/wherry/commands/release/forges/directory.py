"""Releases in a folder of this machine, as a web server shows it.

The release TAG is the folder ROOT/TAG, which holds its files and nothing else, so that its SHA256SUMS tells of all that
is there. Until it is published it lies in ROOT/.TAG.part, which only its owner can read, and it appears by one rename.
ROOT/latest is a link to the highest version that is no prerelease, for addresses that stay.
"""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from typing import TYPE_CHECKING, Final

from wherry.commands.release.build.output import digest
from wherry.commands.release.forges.directory_files import (
    PART,
    copy,
    is_file,
    is_folder,
    one_name,
    pieces,
    point,
    remove_parts,
    sync_folder,
    told,
)
from wherry.commands.release.forges.store import Asset, Posted
from wherry.commands.release.version import newest
from wherry.core.quantity import format_size
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence
    from pathlib import Path

    from wherry.commands.release.forges.store import Announcement, Upload

_LATEST: Final = "latest"


class DirectoryStore:
    """A `store.Store` in the folder ``root``, which is made when it is needed.

    A published release is changed by removing a file first: an upload does not replace one with other contents.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    async def ready(self) -> None:
        with told("looking at", self._root):
            folder = next(each for each in (self._root, *self._root.parents) if each.exists())
        if not folder.is_dir():
            raise WherryError(f"{folder} is no folder")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise WherryError(f"{folder} cannot be written to")

    async def find(self, tag: str) -> Posted | None:
        final, part = self._final(tag), self._part(tag)
        for folder in (final, part):
            if is_folder(folder):
                assets = await asyncio.to_thread(_assets, folder)
                return Posted(id=folder.name, url=str(folder), draft=folder == part, assets=assets)
        return None

    async def create(self, wanted: Announcement) -> Posted:
        part = self._part(wanted.tag)
        with told("making", part):
            self._root.mkdir(parents=True, exist_ok=True)
            if not is_folder(part):
                part.mkdir(0o700)
        return Posted(id=part.name, url=str(part), draft=True, assets=await asyncio.to_thread(_assets, part))

    async def upload(self, posted: Posted, file: Upload, progress: Callable[[int], None]) -> Asset:
        target = self._root / posted.id / one_name(file.name, "a file called")
        if is_file(target) and not posted.draft:
            with told("reading", target):
                same = await asyncio.to_thread(digest, target) == file.sha256
            if not same:
                raise WherryError(f"{target} is published already, with other contents")
        else:
            await copy(file, target, progress)
        return Asset(id=file.name, name=file.name, size=file.size, sha256=file.sha256, whole=True)

    async def remove(self, posted: Posted, asset: Asset) -> None:
        path = self._root / posted.id / asset.id
        with told("removing", path):
            path.unlink(missing_ok=True)

    def download(self, posted: Posted, asset: Asset) -> AsyncIterator[bytes]:
        return pieces(self._root / posted.id / asset.id)

    async def publish(self, posted: Posted, wanted: Announcement, assets: Sequence[Asset]) -> str:
        final, part, latest = self._final(wanted.tag), self._part(wanted.tag), self._root / _LATEST
        if wanted.draft:
            return str(final if is_folder(final) else part)
        with told("looking at", latest):
            if latest.exists() and not latest.is_symlink():
                raise WherryError(f"{latest} is in the way: it is no link")
        if is_folder(final):
            remove_parts(final)
        else:
            remove_parts(part)
            with told("publishing", final):
                # The release can be read by whoever can read the folder that it is in.
                part.chmod(stat.S_IMODE(self._root.stat().st_mode))
                sync_folder(part)
                part.rename(final)
                sync_folder(self._root)
        # Windows lets hardly anyone make links.
        if not wanted.prerelease and sys.platform != "win32":
            self._point_latest(latest, wanted.tag)
        return str(final)

    def calls(self, wanted: Announcement, files: Sequence[Upload]) -> Iterator[str]:
        final, part = self._final(wanted.tag), self._part(wanted.tag)
        yield f"MKDIR {part}"
        for file in files:
            yield f"WRITE {part / one_name(file.name, 'a file called')} ({format_size(file.size)})"
        if not wanted.draft:
            yield f"RENAME {part} to {final}"
            if not wanted.prerelease:
                yield f"LINK {self._root / _LATEST} to {wanted.tag}, unless it is at a higher version"

    def _point_latest(self, latest: Path, tag: str) -> None:
        """Never back: a fix of an old version is published after a new one."""
        with told("looking at", latest):
            current = latest.readlink().name if latest.exists() else None
        if current is None or (current != tag and newest((current, tag)) in (tag, None)):
            point(latest, tag)

    def _final(self, tag: str) -> Path:
        if tag.casefold() == _LATEST:
            raise UsageError(f"the tag {tag!r} is what the link to the highest version is called")
        return self._root / one_name(tag, "the tag")

    def _part(self, tag: str) -> Path:
        return self._root / f".{one_name(tag, 'the tag')}{PART}"


def _assets(folder: Path) -> tuple[Asset, ...]:
    """The files in it by their names, without what a killed run left. Raises WherryError for what is no file."""
    found = []
    with told("reading", folder):
        for path in sorted(folder.iterdir()):
            if (path.name.startswith(".") and path.name.endswith(PART)) or not is_file(path):
                continue
            size = path.stat().st_size
            found.append(Asset(id=path.name, name=path.name, size=size, sha256=digest(path), whole=True))
    return tuple(found)
