"""Files in GitLab's registry of generic packages.

A package of the project's name has a version for each release. It keeps every file that was ever uploaded under a name,
and gives out the newest. https://docs.gitlab.com/user/packages/generic_packages/ and https://docs.gitlab.com/api/packages/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import msgspec

from wherry.commands.release.forges.reply import Refused
from wherry.commands.release.forges.store import Asset
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection

    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.gitlab_project import GitLabProject
    from wherry.commands.release.forges.store import Upload
    from wherry.net.engine import Body

_NOT_IN_VERSIONS: Final = re.compile(r"[^\w+.-]", re.ASCII)


class _Package(msgspec.Struct, frozen=True):
    id: int
    name: str
    version: str | None


class _File(msgspec.Struct, frozen=True):
    id: int
    package_id: int
    file_name: str
    size: int | None
    file_sha256: str | None = None

    @property
    def asset(self) -> Asset:
        place = f"{self.package_id}/package_files/{self.id}"
        return Asset(place, self.file_name, self.size or 0, self.file_sha256, whole=True)


class GitLabPackages:
    """The generic packages of ``project``."""

    def __init__(self, caller: Caller, project: GitLabProject) -> None:
        self._caller = caller
        self._project = project

    @property
    def page(self) -> str:
        """Where people see them."""
        return f"{self._project.web}/-/packages"

    def url(self, tag: str, name: str) -> str:
        """Where the newest file called ``name`` is fetched from, and the next one put."""
        name = quote(name, safe="")
        return f"{self._project.api}/packages/generic/{quote(self._project.name)}/{quote(version_of(tag))}/{name}"

    def upload_url(self, tag: str, name: str) -> str:
        return f"{self.url(tag, name)}?status=default&select=package_file"

    def search_url(self, tag: str) -> str:
        searched = {"package_type": "generic", "package_name": self._project.name, "package_version": version_of(tag)}
        return f"{self._project.api}/packages?{urlencode(searched)}&per_page=100"

    async def newest(self, tag: str) -> tuple[Asset, ...]:
        """The newest file of each name."""
        found: dict[str, _File] = {}
        for file in sorted(await self._files(tag), key=lambda file: file.id):
            found[file.file_name] = file
        return tuple(file.asset for file in found.values())

    async def upload(self, tag: str, file: Upload, body: Body) -> Asset:
        """Put a file there. Where GitLab allows no second one of a name, the same one is as good."""
        url = self.upload_url(tag, file.name)
        fields = (("Content-Type", file.media_type),)
        reply = await self._caller.send("PUT", url, body, headers=fields, wanted=(400,))
        if reply.status == 400:
            there = next((asset for asset in await self.newest(tag) if asset.name == file.name), None)
            if there is None or there.sha256 != file.sha256:
                raise Refused(reply)
            return there
        return reply.json(_File).asset

    async def remove(self, asset: Asset) -> None:
        reply = await self._caller.call("DELETE", f"{self._project.api}/packages/{asset.id}", wanted=(403, 404))
        if reply.status == 403:
            raise WherryError(
                f"GitLab does not let the token remove {asset.name}", hint="removing takes the role Maintainer"
            )

    async def remove_older(self, tag: str, assets: Collection[Asset]) -> None:
        """Take away what lies under the newest of these. Who may not do so leaves it: nobody is given it."""
        names, kept = {asset.name for asset in assets}, {asset.id for asset in assets}
        for file in await self._files(tag):
            if file.file_name in names and file.asset.id not in kept:
                url = f"{self._project.api}/packages/{file.asset.id}"
                await self._caller.call("DELETE", url, wanted=(403, 404))

    def download(self, tag: str, name: str) -> AsyncIterator[bytes]:
        return self._caller.receive(self.url(tag, name))

    async def _files(self, tag: str) -> list[_File]:
        package = await self._package(tag)
        if package is None:
            return []
        url = f"{self._project.api}/packages/{package}/package_files?per_page=100"
        return [file async for reply in self._caller.pages(url) for file in reply.json(list[_File])]

    async def _package(self, tag: str) -> int | None:
        # What was searched for is only where to look: names are found by parts of them.
        async for reply in self._caller.pages(self.search_url(tag)):
            for package in reply.json(list[_Package]):
                if (package.name, package.version) == (self._project.name, version_of(tag)):
                    return package.id
        return None


def version_of(tag: str) -> str:
    """What the package's version is called: fewer characters are allowed there than in a tag."""
    return _NOT_IN_VERSIONS.sub("-", tag)
