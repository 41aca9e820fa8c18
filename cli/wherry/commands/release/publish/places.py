"""The store that a release goes to and the repositories of its taps, each with its own credentials."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from wherry.commands.release import forge as forges
from wherry.commands.release.forges import gitea, gitea_calls, github, gitlab_project, put
from wherry.commands.release.forges.calling import Caller
from wherry.commands.release.forges.directory import DirectoryStore
from wherry.commands.release.forges.gitea_repository import GiteaRepository
from wherry.commands.release.forges.github_calls import Project
from wherry.commands.release.forges.github_repository import GitHubProposal, GitHubRepository
from wherry.commands.release.forges.gitlab import GitLabStore
from wherry.commands.release.forges.gitlab_repository import GitLabRepository
from wherry.commands.release.publish.events import Noted
from wherry.commands.release.template import render
from wherry.commands.release.venue import Directory, Server
from wherry.errors import UsageError, doing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Headers
    from wherry.commands.release.forges.store import Repository, Store
    from wherry.commands.release.publish.events import Event
    from wherry.commands.release.publish.preparing import Prepared
    from wherry.commands.release.publish.tapping import Manifest
    from wherry.core.retry import RetryPolicy
    from wherry.core.scope import Scope
    from wherry.core.secret import Redactor
    from wherry.net.http import Client

_HINTS: Final[Mapping[str, Mapping[int, str]]] = {
    "github": github.HINTS,
    "gitlab": gitlab_project.HINTS,
    "gitea": gitea_calls.HINTS,
}
# What GitLab gives its jobs (https://docs.gitlab.com/ci/jobs/ci_job_token/).
_JOB_TOKEN: Final = "CI_JOB_TOKEN"  # noqa: S105  the variable's name


class Places:
    """Makes them for what is ``prepared``, over one ``client``. Tokens are told to the ``redactor``.

    ``emit`` is told why something is sent again.
    """

    def __init__(
        self,
        client: Client,
        scope: Scope,
        prepared: Prepared,
        retry: RetryPolicy,
        timeout_s: float,
        redactor: Redactor,
        emit: Callable[[Event], None],
    ) -> None:
        self._client = client
        self._scope = scope
        self._prepared = prepared
        self._retry = retry
        self._timeout_s = timeout_s
        self._redactor = redactor
        self._emit = emit

    def store(self) -> Store:
        """Where the release goes. Raises UsageError where nobody says, and TemplateError."""
        venue, prepared = self._prepared.plan.venue, self._prepared
        if venue is None:
            raise UsageError("nothing says where the release goes", hint="release.github in release.yml does")
        if isinstance(venue, Directory):
            return DirectoryStore(prepared.root / Path(venue.path))
        if isinstance(venue, Server):
            names = [file.name for file in prepared.files]
            return put.PutStore(self._caller(self._put_headers(), put.HINTS), venue.url, names, prepared.last)
        token = prepared.environ.get(forges.TOKENS[venue.kind], "")
        caller = self._caller_of(venue, token)
        if venue.kind == "gitlab":
            return GitLabStore(caller, venue, job=self._is_job(token))
        if venue.kind == "gitea":
            return gitea.GiteaStore(caller, venue)
        return github.GitHub(caller, Project(venue.api, venue.owner, venue.name), self._say)

    def repository(self, manifest: Manifest) -> Repository:
        """Where a manifest goes. Raises TemplateError."""
        home, wanted, prepared = manifest.home, manifest.repository, self._prepared
        with doing(manifest.name):
            token = (
                render(wanted.token, prepared.fields)
                if wanted.token is not None
                else prepared.environ.get(forges.TOKENS[home.kind], "")
            )
        caller = self._caller_of(home, token)
        if home.kind == "gitlab":
            return GitLabRepository(caller, home, wanted.branch)
        if home.kind == "gitea":
            return GiteaRepository(caller, home, wanted.branch)
        project = Project(home.api, home.owner, home.name)
        if manifest.proposed:
            branch = wanted.branch or f"{prepared.file.project_name}-{prepared.plan.version.text}"
            return GitHubProposal(caller, project, branch, self._prepared.wanted.notes, self._say)
        return GitHubRepository(caller, project, wanted.branch)

    def _caller_of(self, forge: Forge, token: str) -> Caller:
        self._redactor.add(token)
        if forge.kind == "gitlab":
            headers = gitlab_project.headers(token, job=self._is_job(token))
        else:
            headers = gitea_calls.headers(token) if forge.kind == "gitea" else github.headers(token)
        return self._caller(headers, _HINTS[forge.kind])

    def _put_headers(self) -> Headers:
        wanted, fields = self._prepared.file.release.put, self._prepared.fields
        assert wanted is not None, "it is what the venue was made of"
        with doing("release.put"):
            name = None if wanted.username is None else render(wanted.username, fields)
            token = None if wanted.token is None else render(wanted.token, fields)
        self._redactor.add(token or "")
        return put.headers(name, token)

    def _caller(self, headers: Headers, hints: Mapping[int, str] | None = None) -> Caller:
        return Caller(
            self._client,
            self._scope,
            headers=headers,
            policy=self._retry,
            timeout_s=self._timeout_s,
            say=self._say,
            hints=hints,
        )

    def _is_job(self, token: str) -> bool:
        return bool(token) and token == self._prepared.environ.get(_JOB_TOKEN)

    def _say(self, words: str) -> None:
        self._emit(Noted(words))
