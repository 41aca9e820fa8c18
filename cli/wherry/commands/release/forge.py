"""The repository that a release is published in. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wherry.commands.release.template import render
from wherry.core.record import Record, replace
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from wherry.commands.release.fields import Named
    from wherry.commands.release.file import Project, ReleaseFile, Urls

TOKENS: Final = {"github": "GITHUB_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "GITEA_TOKEN"}
"""The environment variable that holds the token of each."""
_PUBLIC: Final = {
    "github": ("https://github.com", "https://api.github.com"),
    "gitlab": ("https://gitlab.com", "https://gitlab.com/api/v4"),
}
_SCP: Final = re.compile(r"(?:[\w.-]+@)?(?P<host>[\w.-]+):(?P<path>(?!//).+)")


class Forge(Record):
    """``kind`` is github, gitlab or gitea; its pages are at ``url``, its interface at ``api``, neither ending in /."""

    kind: str
    owner: str
    name: str
    url: str
    api: str

    @property
    def project(self) -> str:
        """``owner/name``."""
        return f"{self.owner}/{self.name}"


def find(file: ReleaseFile, remote: str, fields: Named) -> Forge | None:
    """The one that the file names, else the one of the git remote; None where neither tells.

    Raises TemplateError, and UsageError for a Gitea without an address.
    """
    release = file.release
    for kind, project in (("github", release.github), ("gitlab", release.gitlab), ("gitea", release.gitea)):
        if project is not None:
            return _forge(file, kind, project, fields)
    host, path = _parts(remote)
    owner, _, name = path.rpartition("/")
    for kind in TOKENS:
        addresses = _addresses(file, kind)
        if addresses and urlsplit(addresses[0]).hostname == host and owner and name:
            return Forge(kind, owner, name, *addresses)
    return None


def of_tap(file: ReleaseFile, own: Forge | None, owner: str, name: str, *, winget: bool) -> Forge:
    """Where the repository of a tap is: on the release's ``own`` forge, and on GitHub where there is none.

    What is proposed to winget is always on GitHub.
    """
    if own is not None and not winget:
        return replace(own, owner=owner, name=name)
    return Forge("github", owner, name, *(_addresses(file, "github") or _PUBLIC["github"]))


def _forge(file: ReleaseFile, kind: str, project: Project, fields: Named) -> Forge:
    with doing(f"release.{kind}"):
        owner, name = render(project.owner, fields), render(project.name, fields)
        addresses = _addresses(file, kind)
        if addresses is None:
            raise UsageError(f"{kind}_urls must say where it is")
    return Forge(kind, owner, name, *addresses)


def _addresses(file: ReleaseFile, kind: str) -> tuple[str, str] | None:
    """Where its pages and its interface are; None for a Gitea of which the file does not say."""
    urls: Urls | None = getattr(file, f"{kind}_urls")
    if urls is None:
        return _PUBLIC.get(kind)
    parts = urlsplit(urls.api)
    return (urls.download or f"{parts.scheme}://{parts.netloc}").rstrip("/"), urls.api.rstrip("/")


def _parts(remote: str) -> tuple[str, str]:
    """The host and the path of a URL of git's, ``git@host:owner/name.git`` among them."""
    if "://" in remote:
        try:
            parts = urlsplit(remote)
        except ValueError:
            return "", ""
        host, path = parts.hostname or "", parts.path
    else:
        match = _SCP.fullmatch(remote)
        host, path = (match["host"].lower(), match["path"]) if match else ("", "")
    return host, path.strip("/").removesuffix(".git")
