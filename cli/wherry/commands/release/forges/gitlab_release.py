"""A release of GitLab's: words about a tag, and links to files that are elsewhere.

https://docs.gitlab.com/api/releases/ and https://docs.gitlab.com/api/releases/links/
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.gitlab_project import GitLabProject
    from wherry.commands.release.forges.store import Announcement


class Link(msgspec.Struct, frozen=True):
    """A link as GitLab tells it."""

    id: int
    name: str
    url: str
    direct_asset_url: str = ""
    link_type: str = "other"


class GitLabRelease(msgspec.Struct, frozen=True):
    """The words of a release that is there."""

    tag_name: str
    name: str | None = None
    description: str | None = None


class Change(Record):
    """One call that brings a link about; ``place`` is below the links of the release, empty for a new one."""

    method: str
    place: str
    json: Mapping[str, str]


def link(name: str, url: str) -> dict[str, str]:
    """A link that is also to be had at the release's own address, below downloads/."""
    return {"name": name, "url": url, "direct_asset_path": f"/{name}", "link_type": "package"}


def announced(wanted: Announcement, links: Sequence[Mapping[str, str]]) -> dict[str, object]:
    """What makes a release. ``ref`` counts only where the tag is not there."""
    return {
        "tag_name": wanted.tag,
        "ref": wanted.commit,
        "name": wanted.title,
        "description": wanted.notes,
        "assets": {"links": links},
    }


def changes(wanted: Sequence[Mapping[str, str]], there: Sequence[Link]) -> Iterator[Change]:
    """What is to be done so that each of ``wanted`` is there; links of other names stay."""
    found = {each.name: each for each in there}
    for each in wanted:
        link = found.get(each["name"])
        if link is None:
            yield Change("POST", "", each)
        elif not _is(link, each):
            yield Change("PUT", f"/{link.id}", each)


def _is(link: Link, wanted: Mapping[str, str]) -> bool:
    direct = unquote(link.direct_asset_url).endswith(f"/downloads{wanted['direct_asset_path']}")
    return direct and (link.url, link.link_type) == (wanted["url"], wanted["link_type"])


class GitLabReleases:
    """The releases of ``project``."""

    def __init__(self, caller: Caller, project: GitLabProject) -> None:
        self._caller = caller
        self._project = project

    def page(self, tag: str) -> str:
        """Where people read of it."""
        return f"{self._project.web}/-/releases/{quote(tag, safe='')}"

    def url(self, tag: str) -> str:
        return f"{self._project.api}/releases/{quote(tag, safe='')}"

    async def find(self, tag: str) -> GitLabRelease | None:
        # GitLab before 16 answers with 403 where there is none, who may write or not.
        reply = await self._caller.call("GET", self.url(tag), wanted=(403, 404))
        return None if reply.status >= 400 else reply.json(GitLabRelease)

    async def bring(self, wanted: Announcement, links: Sequence[Mapping[str, str]]) -> None:
        """See that the release is there with these words and links. Raises WherryError."""
        release = await self.find(wanted.tag)
        if release is None:
            release = await self._create(wanted, links)
        if (release.name, release.description or "") != (wanted.title, wanted.notes):
            words = {"name": wanted.title, "description": wanted.notes}
            await self._caller.call("PUT", self.url(wanted.tag), json=words)
        for change in changes(links, await self._links(wanted.tag)):
            # Sent twice, a new one is refused for its name.
            url = f"{self.url(wanted.tag)}/assets/links{change.place}"
            await self._caller.call(change.method, url, json=change.json)

    async def _create(self, wanted: Announcement, links: Sequence[Mapping[str, str]]) -> GitLabRelease:
        url = f"{self._project.api}/releases"
        created = await self._caller.settle(
            "POST",
            url,
            json=announced(wanted, links),
            look=lambda: self.find(wanted.tag),
            read=lambda reply: None if reply.status == 409 else reply.json(GitLabRelease),
            wanted=(409,),
        )
        # 409: somebody was faster.
        release = created or await self.find(wanted.tag)
        if release is None:
            raise WherryError(f"GitLab says that the release of {wanted.tag} is there, and does not show it")
        return release

    async def _links(self, tag: str) -> list[Link]:
        url = f"{self.url(tag)}/assets/links?per_page=100"
        return [link async for reply in self._caller.pages(url) for link in reply.json(list[Link])]
