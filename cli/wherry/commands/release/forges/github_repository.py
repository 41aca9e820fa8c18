"""Files in a repository on GitHub: one commit onto a branch, or onto one that is proposed to another repository."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from wherry.commands.release.forges.github import check_writable
from wherry.commands.release.forges.github_calls import Call, Project
from wherry.commands.release.forges.github_commits import Branch, Proposal, blob_id
from wherry.commands.release.forges.reply import Refused
from wherry.commands.release.forges.store import Written
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.reply import Reply

# So often may others commit between our reading of the branch and our writing.
_ROUNDS: Final = 5


class _Login(msgspec.Struct):
    login: str


class _Place(msgspec.Struct):
    name: str
    owner: _Login
    default_branch: str


class _Repository(msgspec.Struct):
    full_name: str
    default_branch: str
    parent: _Place | None = None


class _Sha(msgspec.Struct):
    sha: str


class _Ref(msgspec.Struct):
    object: _Sha


class _Commit(msgspec.Struct):
    sha: str
    html_url: str
    tree: _Sha


class _Pull(msgspec.Struct):
    html_url: str


class GitHubRepository:
    """A Repository: commits onto ``branch``, the default one where that is None."""

    def __init__(self, caller: Caller, project: Project, branch: str | None) -> None:
        self._caller = caller
        self._project = project
        self._branch = branch

    async def ready(self) -> None:
        await check_writable(self._caller, self._project)

    async def write(self, files: Mapping[str, bytes], message: str) -> Written:
        name = self._branch or (await repository(self._caller, self._project)).default_branch
        return await Committer(self._caller, Branch(self._project, name)).write(files, message)

    def calls(self, paths: Sequence[str]) -> Iterator[str]:
        if self._branch is None:
            yield f"GET {self._project.url} (its default branch)"
        yield from (call.line for call in _writing(Branch(self._project, self._branch or "{default_branch}"), paths))


class GitHubProposal:
    """A Repository: commits onto ``branch`` of the fork ``project`` and proposes it where that was forked from.

    A proposal that is open already is brought up to date. ``say`` is told what a person should know.
    """

    def __init__(self, caller: Caller, project: Project, branch: str, text: str, say: Callable[[str], None]) -> None:
        self._caller = caller
        self._project = project
        self._branch = Branch(project, branch)
        self._text = text
        self._say = say

    async def ready(self) -> None:
        await check_writable(self._caller, self._project)

    async def write(self, files: Mapping[str, bytes], message: str) -> Written:
        fork = await repository(self._caller, self._project)
        if fork.parent is None:
            raise WherryError(f"{fork.full_name} is no fork, so there is nowhere to propose to")
        to = Project(self._project.api, fork.parent.owner.login, fork.parent.name)
        base = Branch(to, fork.parent.default_branch)
        accepted = Committer(self._caller, base)
        commit = await accepted.head()
        if not await accepted.missing(files, commit):
            return Written(commit.html_url, False)
        proposal = Proposal(self._branch, to, base.name)
        pull = await self._open(proposal)
        committer = Committer(self._caller, self._branch)
        if await committer.tip() is None:
            await self._begin(fork)
        written = await committer.write(files, message)
        if pull is not None:
            return Written(pull.html_url, written.changed)
        return Written(await self._propose(proposal, message), True)

    def calls(self, paths: Sequence[str]) -> Iterator[str]:
        parent = Project(self._project.api, "{parent_owner}", "{parent_name}")
        fork = Branch(self._project, "{default_branch}")
        proposal = Proposal(self._branch, parent, "{default_branch}")
        yield f"GET {self._project.url} (what is it a fork of?)"
        calls = (proposal.found(), fork.catch_up(), self._branch.begin("{commit}"), *_writing(self._branch, paths))
        yield from (call.line for call in (*calls, proposal.make("", "")))

    async def _begin(self, fork: _Repository) -> None:
        """Make the branch, from what the other repository has now."""
        main = Branch(self._project, fork.default_branch)
        call = main.catch_up()
        reply = await self._caller.call(call.method, call.url, json=call.json, repeatable=True, wanted=(409, 422))
        if reply.status >= 400:
            self._say(f"{fork.full_name} is not as what it was forked from: {Refused(reply)}")
        call = self._branch.begin((await Committer(self._caller, main).head()).sha)
        # 422: the branch is there already, made by an attempt whose answer was lost. What fails otherwise shows next.
        await self._caller.call(call.method, call.url, json=call.json, repeatable=True, wanted=(422,))

    async def _open(self, proposal: Proposal) -> _Pull | None:
        call = proposal.found()
        pulls = (await self._caller.call(call.method, call.url)).json(list[_Pull])
        return pulls[0] if pulls else None

    async def _propose(self, proposal: Proposal, message: str) -> str:
        call = proposal.make(message.partition("\n")[0], self._text)
        pull = await self._caller.settle(
            call.method, call.url, json=call.json, look=lambda: self._open(proposal), read=_pull
        )
        return pull.html_url


class Committer:
    """Writes onto one branch."""

    def __init__(self, caller: Caller, branch: Branch) -> None:
        self._caller = caller
        self._branch = branch

    async def write(self, files: Mapping[str, bytes], message: str) -> Written:
        """One commit of what is not as in ``files``, after what others commit meanwhile. Raises WherryError."""
        tried = False
        for _ in range(_ROUNDS):
            commit = await self.head()
            missing = await self.missing(files, commit)
            if not missing:
                return Written(commit.html_url, tried)
            made = await self._commit(commit, missing, message)
            call = self._branch.advance(made.sha)
            reply = await self._caller.call(call.method, call.url, json=call.json, repeatable=True, wanted=(409, 422))
            if reply.status < 400:
                return Written(made.html_url, True)
            if await self.tip() == commit.sha:
                raise Refused(reply)
            tried = True
        raise WherryError(f"{self._where} changed {_ROUNDS} times while it was written to")

    async def head(self) -> _Commit:
        """The last commit. Raises WherryError where there is no such branch."""
        sha = await self.tip()
        if sha is None:
            raise WherryError(f"{self._where} is not there", hint="an empty repository needs its first commit by hand")
        return (await self._do(self._branch.commit(sha))).json(_Commit)

    async def tip(self) -> str | None:
        """The id of the last commit, None where there is no such branch."""
        call = self._branch.head()
        reply = await self._caller.call(call.method, call.url, wanted=(404, 409))
        return reply.json(_Ref).object.sha if reply.status < 400 else None

    async def missing(self, files: Mapping[str, bytes], commit: _Commit) -> dict[str, bytes]:
        """Those of ``files`` that are otherwise in ``commit``, or not there."""
        found: dict[str, bytes] = {}
        for path, content in files.items():
            call = self._branch.contents(path, commit.sha)
            reply = await self._caller.call(call.method, call.url, wanted=(404,))
            if reply.status >= 400 or reply.json(_Sha).sha != blob_id(content):
                found[path] = content
        return found

    async def _commit(self, parent: _Commit, files: Mapping[str, bytes], message: str) -> _Commit:
        """A commit that no branch has yet; one made twice does no harm, so each request may be repeated."""
        blobs = {path: (await self._do(self._branch.blob(content))).json(_Sha).sha for path, content in files.items()}
        tree = (await self._do(self._branch.tree(parent.tree.sha, blobs))).json(_Sha).sha
        return (await self._do(self._branch.commitment(message, tree, parent.sha))).json(_Commit)

    async def _do(self, call: Call) -> Reply:
        return await self._caller.call(call.method, call.url, json=call.json, repeatable=True)

    @property
    def _where(self) -> str:
        return f"the branch {self._branch.name} of {self._branch.project.owner}/{self._branch.project.name}"


async def repository(caller: Caller, project: Project) -> _Repository:
    """What GitHub says of it."""
    return (await caller.call("GET", project.url)).json(_Repository)


def _writing(branch: Branch, paths: Sequence[str]) -> Iterator[Call]:
    yield branch.head()
    yield from (branch.contents(path, "{commit}") for path in paths)
    yield from (branch.blob(b"") for _ in paths)
    yield branch.tree("{tree}", dict.fromkeys(paths, "{blob}"))
    yield branch.commitment("", "{tree}", "{commit}")
    yield branch.advance("{commit}")


def _pull(reply: Reply) -> _Pull:
    return reply.json(_Pull)
