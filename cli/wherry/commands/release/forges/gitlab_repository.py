"""Files written into a branch on GitLab.

https://docs.gitlab.com/api/commits/ and https://docs.gitlab.com/api/repository_files/
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote

import msgspec

from wherry.commands.release.forges import committing
from wherry.commands.release.forges.gitlab_project import check_writable, default_branch, project_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.gitlab_project import GitLabProject
    from wherry.commands.release.forges.reply import Reply
    from wherry.commands.release.forges.store import Written


class _File(msgspec.Struct, frozen=True):
    content_sha256: str
    last_commit_id: str

    def has(self, content: bytes) -> bool:
        return hashlib.sha256(content).hexdigest() == self.content_sha256


class _Commit(msgspec.Struct, frozen=True):
    web_url: str


class GitLabRepository:
    """A `store.Repository`: the project that ``forge`` names; without a ``branch`` its default one.

    The token of a pipeline's job does not do: GitLab lets it write no commits.
    """

    def __init__(self, caller: Caller, forge: Forge, branch: str | None) -> None:
        self._caller = caller
        self._api = forge.api
        self._project = project_of(forge)
        self._branch = branch

    async def ready(self) -> None:
        await check_writable(self._caller, self._project, self._api, packages=False)

    async def write(self, files: Mapping[str, bytes], message: str) -> Written:
        name = self._branch or await default_branch(self._caller, self._project)
        return await committing.write(self._caller, _Branch(self._caller, self._project, name), files, message)

    def calls(self, paths: Sequence[str]) -> Iterator[str]:
        branch = _Branch(self._caller, self._project, self._branch or "{default_branch}")
        yield f"GET {self._project.api} (may the token write here?)"
        for path in paths:
            yield f"GET {branch.file(path)} (is it as wanted already?)"
        yield f"POST {branch.commits} (one commit of {', '.join(paths)})"


class _Branch:
    def __init__(self, caller: Caller, project: GitLabProject, name: str) -> None:
        self._caller = caller
        self._project = project
        self._name = name

    @property
    def page(self) -> str:
        return self._project.web

    @property
    def commits(self) -> str:
        return f"{self._project.api}/repository/commits"

    def file(self, path: str) -> str:
        where = f"{self._project.api}/repository/files/{quote(path, safe='')}"
        return f"{where}?ref={quote(self._name, safe='{}')}"

    async def look(self, paths: Collection[str]) -> dict[str, _File]:
        found = {}
        for path in paths:
            reply = await self._caller.call("GET", self.file(path), wanted=(404,))
            if reply.status != 404:
                found[path] = reply.json(_File)
        return found

    def commit(
        self, files: Mapping[str, bytes], there: Mapping[str, committing.There], message: str
    ) -> tuple[str, object]:
        actions = []
        for path, content in files.items():
            action = {"action": "create", "file_path": path, "encoding": "base64"}
            action["content"] = b64encode(content).decode()
            if isinstance(known := there.get(path), _File):
                action |= {"action": "update", "last_commit_id": known.last_commit_id}
            actions.append(action)
        return self.commits, {"branch": self._name, "commit_message": message, "actions": actions}

    def made(self, reply: Reply) -> str:
        return reply.json(_Commit).web_url
