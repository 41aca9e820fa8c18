"""Gitea and Forgejo as places for releases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.release.forges.gitea_calls import HINTS, announced, project_of
from wherry.commands.release.forges.gitea_upload import Form
from wherry.commands.release.forges.store import Asset, Posted
from wherry.commands.release.forges.upload import FileBody
from wherry.core.link import find_link
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.gitea_calls import GiteaProject
    from wherry.commands.release.forges.reply import Reply
    from wherry.commands.release.forges.store import Announcement, Upload

_MOST_PAGES: Final = 1000


class _Permissions(msgspec.Struct, frozen=True):
    push: bool = False


class Facts(msgspec.Struct, frozen=True):
    """What is used of a repository's facts."""

    default_branch: str = ""
    archived: bool = False
    has_releases: bool = True
    permissions: _Permissions = _Permissions()


class _Attachment(msgspec.Struct, frozen=True):
    id: int
    uuid: str
    name: str
    size: int

    @property
    def asset(self) -> Asset:
        """Two names in one: the number, by which it is removed, and the other, by which it is fetched."""
        return Asset(f"{self.id}/{self.uuid}", self.name, self.size, None, whole=True)


class _Release(msgspec.Struct, frozen=True):
    id: int
    tag_name: str
    html_url: str
    draft: bool


class GiteaStore:
    """A `store.Store` in the repository that ``forge`` names.

    A release may have several files of one name, of which the newest counts; the others are gone when it is published.
    """

    def __init__(self, caller: Caller, forge: Forge) -> None:
        self._caller = caller
        self._project = project_of(forge)

    async def ready(self) -> None:
        facts = await writable(self._caller, self._project)
        if not facts.has_releases:
            raise WherryError(
                f"{self._project.path} has no releases", hint="they are switched on in the repository's settings"
            )

    async def find(self, tag: str) -> Posted | None:
        release = await self._release(tag)
        return None if release is None else await self._posted(release)

    async def create(self, wanted: Announcement) -> Posted:
        release = await self._caller.settle(
            "POST",
            self._project.releases,
            json=announced(wanted, draft=True),
            look=lambda: self._release(wanted.tag),
            read=lambda reply: None if reply.status == 409 else _read(reply),
            wanted=(409,),
        )
        # 409: somebody was faster. Tags that differ only in capital letters are one to Gitea.
        release = release or await self._release(wanted.tag)
        if release is None:
            raise WherryError(f"{self._project.path} has a release already whose tag is {wanted.tag} in other letters")
        return await self._posted(release)

    async def upload(self, posted: Posted, file: Upload, progress: Callable[[int], None]) -> Asset:
        form = Form.of(FileBody(file, progress))
        known = {each.id for each in await self._attachments(posted.id)}

        async def look() -> Asset | None:
            for each in await self._attachments(posted.id):
                if each.id not in known and (each.name, each.size) == (file.name, file.size):
                    return each.asset
            return None

        asset = await self._caller.settle(
            "POST",
            self._project.upload(posted.id, file.name),
            body=form,
            headers=form.headers,
            look=look,
            read=lambda reply: reply.json(_Attachment).asset,
        )
        if asset.name != file.name or asset.size != file.size:
            raise WherryError(f"Gitea has {asset.name} of {asset.size} bytes, and not {file.name} of {file.size}")
        return asset

    async def remove(self, posted: Posted, asset: Asset) -> None:
        number = asset.id.partition("/")[0]
        await self._caller.call("DELETE", f"{self._project.assets(posted.id)}/{number}", wanted=(404,))

    def download(self, posted: Posted, asset: Asset) -> AsyncIterator[bytes]:
        return self._caller.receive(self._project.attachment(asset.id.partition("/")[2]))

    async def publish(self, posted: Posted, wanted: Announcement, assets: Sequence[Asset]) -> str:
        names, kept = {asset.name for asset in assets}, {asset.id for asset in assets}
        for each in await self._attachments(posted.id):
            if each.name in names and each.asset.id not in kept:
                await self.remove(posted, each.asset)
        json = announced(wanted, draft=wanted.draft)
        reply = await self._caller.call("PATCH", self._project.release(posted.id), json=json, repeatable=True)
        return reply.json(_Release).html_url

    def calls(self, wanted: Announcement, files: Sequence[Upload]) -> Iterator[str]:
        project, number = self._project, "{release_id}"
        yield f"GET {project.api} (may the token write here?)"
        yield f"GET {project.releases}?limit=50&page=1 (is it there, or a draft of it?)"
        yield f"POST {project.releases} (a draft for {wanted.tag})"
        for file in files:
            yield f"POST {project.upload(number, file.name)} ({file.name})"
        yield f"GET {project.assets(number)} (which files are there?)"
        for file in files:
            yield f"GET {project.attachment('{uuid}')} (compare {file.name})"
        yield f"PATCH {project.release(number)} ({'it stays a draft' if wanted.draft else 'publish it'})"

    async def _release(self, tag: str) -> _Release | None:
        """Published or a draft: there is one of a tag. Raises WherryError."""
        for page in range(1, _MOST_PAGES + 1):
            reply = await self._caller.call("GET", f"{self._project.releases}?limit=50&page={page}")
            for release in reply.json(list[_Release]):
                if release.tag_name == tag:
                    return release
            # Where it leads is what the administrator wrote for the server's address, perhaps not the one we ask at.
            if find_link(reply.values("link"), "next") is None:
                return None
        raise WherryError(f"{self._project.path} has more than {_MOST_PAGES} pages of releases")

    async def _posted(self, release: _Release) -> Posted:
        number = str(release.id)
        newest = {each.name: each.asset for each in await self._attachments(number)}
        return Posted(number, release.html_url, release.draft, tuple(newest.values()))

    async def _attachments(self, number: str) -> list[_Attachment]:
        """All of them, which are on one page, in the order in which they were made."""
        reply = await self._caller.call("GET", self._project.assets(number))
        return sorted(reply.json(list[_Attachment]), key=lambda each: each.id)


async def writable(caller: Caller, project: GiteaProject) -> Facts:
    """The facts of a repository that can be written to. Raises WherryError for any other."""
    facts = (await caller.call("GET", project.api)).json(Facts)
    if facts.archived:
        raise WherryError(f"{project.path} is archived, so that nothing can be written there")
    if not facts.permissions.push:
        raise WherryError(f"the token may read {project.path}, but not write to it", hint=HINTS[403])
    return facts


def _read(reply: Reply) -> _Release:
    return reply.json(_Release)
