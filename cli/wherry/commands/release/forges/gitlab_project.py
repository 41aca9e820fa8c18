"""A project of GitLab's: its addresses, its credentials, and whether they are good for writing.

https://docs.gitlab.com/api/projects/ and https://docs.gitlab.com/ci/jobs/ci_job_token/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import msgspec

from wherry.core.record import Record
from wherry.errors import WherryError

if TYPE_CHECKING:
    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Caller, Headers

HINTS: Final = {
    401: "GitLab does not know the token: it may be mistyped, revoked or expired",
    403: "a token needs the scope api, and its owner the role Developer in the project",
    404: "to a token that may not see it, GitLab says that it is not there; a job's own token sees no repository",
}
"""What to do about a refusal of GitLab's."""
# https://docs.gitlab.com/api/access_requests/: the numbers of the roles.
_DEVELOPER: Final = 30


class _Access(msgspec.Struct, frozen=True):
    access_level: int


class _Permissions(msgspec.Struct, frozen=True):
    project_access: _Access | None = None
    group_access: _Access | None = None


class _Facts(msgspec.Struct, frozen=True):
    default_branch: str | None = None
    archived: bool = False
    packages_enabled: bool | None = None
    package_registry_access_level: str | None = None
    permissions: _Permissions | None = None


class _Token(msgspec.Struct, frozen=True):
    scopes: tuple[str, ...] = ()

    @property
    def reads_only(self) -> bool:
        """Whether each scope that it tells is one to read; newer tokens tell none."""
        return bool(self.scopes) and all(scope.startswith("read_") for scope in self.scopes)


class GitLabProject(Record):
    """Where the interface and the pages of a project are, neither ending in /; ``path`` is group/subgroup/name."""

    api: str
    web: str
    path: str

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def project_of(forge: Forge) -> GitLabProject:
    """The addresses of the project that ``forge`` names; a / of a path is encoded in the interface's."""
    path = f"{forge.owner}/{forge.name}".strip("/")
    return GitLabProject(f"{forge.api}/projects/{quote(path, safe='')}", f"{forge.url}/{path}", path)


def headers(token: str, *, job: bool) -> Headers:
    """What a `calling.Caller` sends with each request; ``job``: the token is the one that a pipeline gives its jobs."""
    return (("JOB-TOKEN" if job else "PRIVATE-TOKEN", token),)


async def check_job(caller: Caller, project: GitLabProject) -> None:
    """See that GitLab takes a job's token: it may ask for releases and packages, and for nothing of the project."""
    await caller.call("GET", f"{project.api}/releases?per_page=1")


async def check_writable(caller: Caller, project: GitLabProject, api: str, *, packages: bool) -> None:
    """Raises WherryError where the token, the role or the project lets nothing be written.

    ``packages``: it is its package registry that is written to.
    """
    facts = await _facts(caller, project)
    if facts.archived:
        raise WherryError(f"{project.web} is archived, so that nothing can be written there")
    # The second is the newer word for it.
    if packages and (facts.packages_enabled is False or facts.package_registry_access_level == "disabled"):
        raise WherryError(
            f"{project.web} has no package registry, which holds the files of a release",
            hint="it is switched on in the project's settings, under visibility and features",
        )
    level = _level(facts)
    if level is not None and level < _DEVELOPER:
        raise WherryError(f"the token's owner is less than a Developer in {project.path}", hint=HINTS[403])
    # Older ones have no such address, and tokens that may read little cannot ask.
    reply = await caller.call("GET", f"{api}/personal_access_tokens/self", wanted=(400, 401, 403, 404))
    if reply.status < 400 and reply.json(_Token).reads_only:
        raise WherryError(f"the token for {project.path} may only read", hint=HINTS[403])


async def default_branch(caller: Caller, project: GitLabProject) -> str:
    """Its name. Raises WherryError where there is none."""
    branch = (await _facts(caller, project)).default_branch
    if not branch:
        raise WherryError(f"{project.web} has no branch yet")
    return branch


async def _facts(caller: Caller, project: GitLabProject) -> _Facts:
    return (await caller.call("GET", project.api)).json(_Facts)


def _level(facts: _Facts) -> int | None:
    """The highest role; None where GitLab tells none, as of an administrator, or through a group that is invited."""
    permissions = facts.permissions or _Permissions()
    told = [access.access_level for access in (permissions.project_access, permissions.group_access) if access]
    return max(told, default=None)
