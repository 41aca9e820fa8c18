"""Releases on a server that takes files by HTTP PUT, as WebDAV (RFC 4918), Artifactory and Nexus do.

Nothing there is hidden and nothing is told of a folder. So the files are looked for one by one, by their names, and a
release is published when those are there that are uploaded last: the checksums and their signatures.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wherry.commands.release.forges.reply import asked
from wherry.commands.release.forges.store import Asset, Posted
from wherry.commands.release.forges.upload import FileBody
from wherry.errors import UsageError, WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence

    from wherry.commands.release.forges.calling import Caller, Headers
    from wherry.commands.release.forges.store import Announcement, Upload

_ABSENT: Final = (404, 410)
# RFC 9110 sections 15.5.6 and 15.6.2: the server does not do this here, or not at all.
_NEVER: Final = (405, 501)
_CANNOT_MAKE: Final = (400, 403, 409, 415)
HINTS: Final = {
    401: "the server does not know the user name with this token",
    403: "the server knows who asks, and does not let them write there",
    405: "the server takes no files by PUT at this address",
    409: "the folder that release.put.url names has to be there",
}
"""What to do about a refusal."""


def headers(username: str | None, token: str | None) -> Headers:
    """What a `calling.Caller` sends with each request: Basic (RFC 7617) with a ``username``, else Bearer (RFC 6750).

    Sizes and digests are those of the bytes themselves, so that no coding of them is asked for.
    """
    plain = (("Accept-Encoding", "identity"),)
    if token is None:
        return plain
    if username is None:
        return (("Authorization", f"Bearer {token}"), *plain)
    pair = b64encode(f"{username}:{token}".encode()).decode()
    return (("Authorization", f"Basic {pair}"), *plain)


class PutStore:
    """A `store.Store` below ``url``, which does not end in /; the release TAG is ``url``/TAG.

    ``names`` are all files of a release, ``last`` those that are uploaded when the others are there.
    """

    def __init__(self, caller: Caller, url: str, names: Sequence[str], last: Collection[str]) -> None:
        self._caller = caller
        self._url = url
        self._names = names
        self._last = frozenset(last)

    async def ready(self) -> None:
        """See that the credentials are not refused. Whether they are good for writing only writing can tell."""
        # Servers that hide what is in a folder forbid (403) to look at it, and may let its files be written.
        await self._caller.call("HEAD", f"{self._url}/", wanted=(*_ABSENT, *_NEVER, 403))

    async def find(self, tag: str) -> Posted | None:
        found = [asset for name in self._names if (asset := await self._look(self._at(tag, name), name))]
        draft = not self._last <= {asset.name for asset in found}
        return Posted(id=tag, url=self._page(tag), draft=draft, assets=tuple(found)) if found else None

    async def create(self, wanted: Announcement) -> Posted:
        """Make the folder, as WebDAV wants it (RFC 4918 section 9.7.1)."""
        self._check(wanted)
        parts = wanted.tag.split("/")
        for depth in range(1, len(parts) + 1):
            # A server that does not know the method makes folders itself; one that refuses says why at the first file.
            url = self._page("/".join(parts[:depth]))
            await self._caller.call("MKCOL", url, repeatable=True, wanted=(*_CANNOT_MAKE, *_ABSENT, *_NEVER))
        return Posted(id=wanted.tag, url=self._page(wanted.tag), draft=True, assets=())

    async def upload(self, posted: Posted, file: Upload, progress: Callable[[int], None]) -> Asset:
        url = self._at(posted.id, file.name)
        # RFC 9110 section 13.1.2: only where nothing is. Servers that do not know it do as they always do.
        fields = (("Content-Type", file.media_type), ("If-None-Match", "*"))
        body = FileBody(file, progress)
        reply = await self._caller.send("PUT", url, body, headers=fields, wanted=(412,))
        # Perhaps an attempt of ours, whose answer was lost.
        if reply.status == 412 and (await self._fetched(url))[1] != file.sha256:
            raise WherryError(f"{asked('PUT', url)}: there is already another file")
        return Asset(id=url, name=file.name, size=file.size, sha256=None, whole=True)

    async def remove(self, posted: Posted, asset: Asset) -> None:
        reply = await self._caller.call("DELETE", asset.id, wanted=(*_ABSENT, *_NEVER))
        if reply.status in _NEVER:
            raise WherryError(
                f"{asked('DELETE', asset.id)}: the server lets no file be removed (HTTP {reply.status})",
                hint="remove it there by other means, then go on with --resume",
            )

    def download(self, posted: Posted, asset: Asset) -> AsyncIterator[bytes]:
        return self._caller.receive(asset.id)

    async def publish(self, posted: Posted, wanted: Announcement, assets: Sequence[Asset]) -> str:
        self._check(wanted)
        return self._page(wanted.tag)

    def calls(self, wanted: Announcement, files: Sequence[Upload]) -> Iterator[str]:
        self._check(wanted)
        yield f"HEAD {self._url}/ (is the credential taken?)"
        for file in files:
            yield f"HEAD {self._at(wanted.tag, file.name)} (is it there?)"
        yield f"MKCOL {self._page(wanted.tag)} (a folder, where the server wants one)"
        for file in files:
            yield f"PUT {self._at(wanted.tag, file.name)} ({file.name})"
        for file in files:
            yield f"GET {self._at(wanted.tag, file.name)} (compare {file.name})"

    async def _look(self, url: str, name: str) -> Asset | None:
        reply = await self._caller.call("HEAD", url, wanted=_ABSENT)
        if reply.status in _ABSENT:
            return None
        told = next(reply.values("content-length"), "")
        size = int(told) if told.isascii() and told.isdecimal() else (await self._fetched(url))[0]
        return Asset(id=url, name=name, size=size, sha256=None, whole=True)

    async def _fetched(self, url: str) -> tuple[int, str]:
        """How many bytes are there, and their SHA-256."""
        digest, size = hashlib.sha256(), 0
        async for piece in self._caller.receive(url):
            digest.update(piece)
            size += len(piece)
        return size, digest.hexdigest()

    def _check(self, wanted: Announcement) -> None:
        if wanted.draft:
            raise UsageError("release.draft: a server that takes files by PUT has no drafts")

    def _page(self, tag: str) -> str:
        return f"{self._url}/{quote(tag)}/"

    def _at(self, tag: str, name: str) -> str:
        return f"{self._page(tag)}{quote(name)}"
