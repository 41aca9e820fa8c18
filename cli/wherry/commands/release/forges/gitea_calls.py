"""The requests to Gitea and Forgejo that releases and files are made with (their interface, version 1). Pure.

https://docs.gitea.com/api/ and https://codeberg.org/api/swagger; Forgejo's is Gitea's in what is used here.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from wherry.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Headers
    from wherry.commands.release.forges.store import Announcement

HINTS: Final = {
    401: "the token is not valid, or no longer",
    403: "the token needs the permission to write to repositories",
    404: "to a token that may not see it, Gitea says that it is not there",
    413: "the administrator limits how large a file may be",
}
"""What to do about a refusal of Gitea's."""


def headers(token: str) -> Headers:
    """What a `calling.Caller` sends with each request."""
    return (("Authorization", f"token {token}"), ("Accept", "application/json"))


class GiteaProject(Record):
    """A repository: ``api`` is where it is in the interface, ``root`` where the server is, ``web`` its page."""

    api: str
    root: str
    web: str
    path: str

    @property
    def releases(self) -> str:
        return f"{self.api}/releases"

    def release(self, number: str) -> str:
        return f"{self.releases}/{number}"

    def assets(self, number: str) -> str:
        return f"{self.releases}/{number}/assets"

    def upload(self, number: str, name: str) -> str:
        return f"{self.assets(number)}?name={quote(name, safe='')}"

    def attachment(self, uuid: str) -> str:
        """Where the bytes are, of a draft too."""
        return f"{self.root}/attachments/{uuid}"

    @property
    def contents(self) -> str:
        return f"{self.api}/contents"

    def file(self, path: str, branch: str) -> str:
        return f"{self.contents}/{quote(path)}?ref={quote(branch, safe='{}')}"


def project_of(forge: Forge) -> GiteaProject:
    """The addresses of the repository that ``forge`` names.

    What is downloaded with the token comes from where the interface is, and not from where people are sent to.
    """
    api = f"{forge.api}/repos/{quote(forge.owner, safe='')}/{quote(forge.name, safe='')}"
    return GiteaProject(api, forge.api.removesuffix("/api/v1"), f"{forge.url}/{forge.project}", forge.project)


def announced(wanted: Announcement, *, draft: bool) -> dict[str, object]:
    """A release as it is made and changed."""
    return {
        "tag_name": wanted.tag,
        "target_commitish": wanted.commit,
        "name": wanted.title,
        "body": wanted.notes,
        "draft": draft,
        "prerelease": wanted.prerelease,
    }


def committed(files: Mapping[str, bytes], ids: Mapping[str, str], branch: str, message: str) -> dict[str, object]:
    """One commit of ``files``; ``ids`` are git's of those that are there, and change."""
    changed = []
    for path, content in files.items():
        change = {"operation": "create", "path": path, "content": b64encode(content).decode()}
        if path in ids:
            change |= {"operation": "update", "sha": ids[path]}
        changed.append(change)
    return {"branch": branch, "message": message, "files": changed}
