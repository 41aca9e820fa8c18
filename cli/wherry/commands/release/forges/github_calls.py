"""The requests to GitHub that releases are made with (its REST interface, version 2022-11-28). Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from wherry.core.record import Record

if TYPE_CHECKING:
    from wherry.commands.release.forges.store import Announcement

HEADERS: Final = (("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"))
# Characters that GitHub keeps in the name of an asset; it makes dots of the rest.
_KEPT: Final = re.compile(r"[A-Za-z0-9_+-][A-Za-z0-9._+-]*")


class Call(Record):
    """One request; ``what`` it is for."""

    method: str
    url: str
    json: object = None
    what: str = ""

    @property
    def line(self) -> str:
        """As --dry-run shows it."""
        return f"{self.method} {self.url} ({self.what})"


class Project(Record):
    """A repository of the GitHub whose interface is at ``api``, without / at the end."""

    api: str
    owner: str
    name: str

    @property
    def url(self) -> str:
        """The repository's own address in the interface; braces stay, for what --dry-run cannot know."""
        return f"{self.api}/repos/{quote(self.owner, safe='{}')}/{quote(self.name, safe='{}')}"

    def repository(self) -> Call:
        return Call("GET", self.url, what="may the token write here?")

    def installation(self) -> Call:
        return Call("GET", f"{self.api}/installation/repositories?per_page=1", what="is it an app's token?")

    def by_tag(self, tag: str) -> Call:
        return Call("GET", f"{self.url}/releases/tags/{quote(tag, safe='')}", what="is it published?")

    def releases(self) -> Call:
        return Call("GET", f"{self.url}/releases?per_page=100", what="is there a draft?")

    def release(self, number: str) -> Call:
        return Call("GET", f"{self.url}/releases/{number}", what="where do its assets go?")

    def create(self, wanted: Announcement) -> Call:
        json = {**_announced(wanted), "draft": True}
        return Call("POST", f"{self.url}/releases", json, f"a draft for {wanted.tag}")

    def publish(self, number: str, wanted: Announcement, *, public: bool) -> Call:
        """``public``: it is published already, and what its tag names is settled."""
        json = {**_announced(wanted), "draft": wanted.draft}
        if public:
            json = {key: json[key] for key in ("name", "body", "prerelease")}
        elif not wanted.draft:
            # The newest version is the latest, not a patch of an older one that is published after it.
            json["make_latest"] = "false" if wanted.prerelease else "legacy"
        what = "it stays a draft" if wanted.draft else "publish it"
        return Call("PATCH", f"{self.url}/releases/{number}", json, what)

    def assets(self, number: str) -> Call:
        return Call("GET", f"{self.url}/releases/{number}/assets?per_page=100", what="which files are there?")

    def upload(self, template: str, name: str) -> Call:
        """``template`` is the release's ``upload_url``, a URI Template (RFC 6570) that ends in ``{?name,label}``."""
        return Call("POST", f"{template.partition('{?')[0]}?name={quote(name, safe='')}", what=name)

    def upload_template(self, number: str) -> str:
        """What a release's ``upload_url`` is before there is one to tell it."""
        parts = urlsplit(self.api)
        host = re.sub(r"^api\.", "uploads.", parts.netloc)
        path = re.sub(r"/api/v3$", "/api/uploads", parts.path)
        return f"{parts.scheme}://{host}{path}{self.url.removeprefix(self.api)}/releases/{number}/assets{{?name,label}}"

    def asset(self, number: str) -> str:
        """The address of an asset: of its facts, or of its bytes for who accepts an octet-stream."""
        return f"{self.url}/releases/assets/{number}"


def renamed(name: str) -> bool:
    """Whether GitHub would call an asset otherwise."""
    return not _KEPT.fullmatch(name) or name.endswith(".")


def _announced(wanted: Announcement) -> dict[str, object]:
    return {
        "tag_name": wanted.tag,
        "target_commitish": wanted.commit,
        "name": wanted.title,
        "body": wanted.notes,
        "prerelease": wanted.prerelease,
    }
