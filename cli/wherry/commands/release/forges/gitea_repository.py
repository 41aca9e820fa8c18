"""Files written into a branch on Gitea or Forgejo."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec

from wherry.commands.release.forges import committing
from wherry.commands.release.forges.gitea import writable
from wherry.commands.release.forges.gitea_calls import committed, project_of
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from wherry.commands.release.forge import Forge
    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.gitea_calls import GiteaProject
    from wherry.commands.release.forges.reply import Reply
    from wherry.commands.release.forges.store import Written


class _Entry(msgspec.Struct, frozen=True):
    sha: str
    type: str

    def has(self, content: bytes) -> bool:
        """Git calls it by its SHA-1, or in newer repositories by its SHA-256."""
        digest = hashlib.new("sha1" if len(self.sha) == 40 else "sha256", usedforsecurity=False)
        digest.update(b"blob %d\0%b" % (len(content), content))
        return digest.hexdigest() == self.sha


class _Commit(msgspec.Struct, frozen=True):
    html_url: str


class _Done(msgspec.Struct, frozen=True):
    commit: _Commit


class GiteaRepository:
    """A `store.Repository`: the one that ``forge`` names; without a ``branch`` its default one."""

    def __init__(self, caller: Caller, forge: Forge, branch: str | None) -> None:
        self._caller = caller
        self._project = project_of(forge)
        self._branch = branch

    async def ready(self) -> None:
        await writable(self._caller, self._project)

    async def write(self, files: Mapping[str, bytes], message: str) -> Written:
        facts = await writable(self._caller, self._project)
        branch = _Branch(self._caller, self._project, self._branch or facts.default_branch)
        return await committing.write(self._caller, branch, files, message)

    def calls(self, paths: Sequence[str]) -> Iterator[str]:
        yield f"GET {self._project.api} (may the token write here?)"
        for path in paths:
            yield f"GET {self._project.file(path, self._branch or '{default_branch}')} (is it as wanted already?)"
        yield f"POST {self._project.contents} (one commit of {', '.join(paths)})"


class _Branch:
    def __init__(self, caller: Caller, project: GiteaProject, name: str) -> None:
        self._caller = caller
        self._project = project
        self._name = name

    @property
    def page(self) -> str:
        return self._project.web

    async def look(self, paths: Collection[str]) -> dict[str, _Entry]:
        found = {}
        for path in paths:
            reply = await self._caller.call("GET", self._project.file(path, self._name), wanted=(404,))
            if reply.status == 404:
                continue
            if reply.body.lstrip().startswith(b"["):
                raise WherryError(f"{path} is a folder in {self.page}")
            found[path] = reply.json(_Entry)
            if found[path].type != "file":
                raise WherryError(f"{path} is a {found[path].type} in {self.page}, and no file")
        return found

    def commit(
        self, files: Mapping[str, bytes], there: Mapping[str, committing.There], message: str
    ) -> tuple[str, object]:
        ids = {path: entry.sha for path, entry in there.items() if isinstance(entry, _Entry)}
        return self._project.contents, committed(files, ids, self._name, message)

    def made(self, reply: Reply) -> str:
        return reply.json(_Done).commit.html_url
