"""Releases on GitLab: the files in its package registry, and a release whose links lead to them.

GitLab has no drafts. What stands for one is the package alone: the release, which people see, is made when all files
are there, and a release that is to stay a draft is not made at all.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from wherry.commands.release.forges.gitlab_packages import GitLabPackages
from wherry.commands.release.forges.gitlab_project import check_job, check_writable, project_of
from wherry.commands.release.forges.gitlab_release import GitLabReleases, link
from wherry.commands.release.forges.store import Posted
from wherry.commands.release.forges.upload import FileBody

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.store import Announcement, Asset, Upload


class GitLabStore:
    """A `store.Store` in the project that ``forge`` names; ``job``: the caller's token is that of a pipeline's job."""

    def __init__(self, caller: Caller, forge: Forge, *, job: bool) -> None:
        self._caller = caller
        self._api = forge.api
        self._job = job
        self._project = project_of(forge)
        self._packages = GitLabPackages(caller, self._project)
        self._releases = GitLabReleases(caller, self._project)
        # Two first files of a package at once each make a package, of which one fails with 500.
        self._one_by_one = asyncio.Lock()

    async def ready(self) -> None:
        if self._job:
            await check_job(self._caller, self._project)
        else:
            await check_writable(self._caller, self._project, self._api, packages=True)

    async def find(self, tag: str) -> Posted | None:
        release = await self._releases.find(tag)
        assets = await self._packages.newest(tag)
        if release is None and not assets:
            return None
        return Posted(id=tag, url=self._page(tag, draft=release is None), draft=release is None, assets=assets)

    async def create(self, wanted: Announcement) -> Posted:
        """Nothing is made: the package comes with its first file."""
        return Posted(id=wanted.tag, url=self._page(wanted.tag, draft=True), draft=True, assets=())

    async def upload(self, posted: Posted, file: Upload, progress: Callable[[int], None]) -> Asset:
        async with self._one_by_one:
            return await self._packages.upload(posted.id, file, FileBody(file, progress))

    async def remove(self, posted: Posted, asset: Asset) -> None:
        await self._packages.remove(asset)

    def download(self, posted: Posted, asset: Asset) -> AsyncIterator[bytes]:
        return self._packages.download(posted.id, asset.name)

    async def publish(self, posted: Posted, wanted: Announcement, assets: Sequence[Asset]) -> str:
        await self._packages.remove_older(wanted.tag, assets)
        if not wanted.draft:
            links = [link(asset.name, self._packages.url(wanted.tag, asset.name)) for asset in assets]
            await self._releases.bring(wanted, links)
        return self._page(wanted.tag, draft=wanted.draft)

    def calls(self, wanted: Announcement, files: Sequence[Upload]) -> Iterator[str]:
        tag = wanted.tag
        yield f"GET {self._project.api}{'/releases?per_page=1' if self._job else ''} (may the token write here?)"
        yield f"GET {self._releases.url(tag)} (is it published?)"
        yield f"GET {self._packages.search_url(tag)} (which files are there?)"
        for file in files:
            yield f"PUT {self._packages.upload_url(tag, file.name)} ({file.name})"
        for file in files:
            yield f"GET {self._packages.url(tag, file.name)} (compare {file.name})"
        if not wanted.draft:
            yield f"POST {self._project.api}/releases ({tag}, with links to its files)"

    def _page(self, tag: str, *, draft: bool) -> str:
        return self._packages.page if draft else self._releases.page(tag)
