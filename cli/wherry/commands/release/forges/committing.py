"""Files into a branch by one commit, on forges whose interface makes commits, and which others commit to as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from wherry.commands.release.forges.reply import Refused
from wherry.commands.release.forges.store import Written
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from wherry.commands.release.forges.calling import Caller
    from wherry.commands.release.forges.reply import Reply

# So often may others commit between our reading of the branch and our writing.
_ROUNDS: Final = 5
# What a forge says where a file is no longer what it was, or there by now; and of much else.
_MOVED: Final = (400, 409, 422)


class There(Protocol):
    """A file in a branch."""

    def has(self, content: bytes) -> bool:
        """Whether that is what is in it."""


class Branch(Protocol):
    """A branch of a repository on some forge."""

    @property
    def page(self) -> str:
        """Where people see the repository."""

    async def look(self, paths: Collection[str]) -> Mapping[str, There]:
        """Those of the files that are there; equal as long as nobody changes one. Raises WherryError."""

    def commit(self, files: Mapping[str, bytes], there: Mapping[str, There], message: str) -> tuple[str, object]:
        """The address and the document of the POST that makes the commit, or is refused where ``there`` is past."""

    def made(self, reply: Reply) -> str:
        """Where people see the commit."""


async def write(caller: Caller, branch: Branch, files: Mapping[str, bytes], message: str) -> Written:
    """One commit of those of ``files`` that are not as wanted, none where all are. Raises WherryError."""
    there = await branch.look(files)
    for _ in range(_ROUNDS):
        missing = {path: content for path, content in files.items() if not _is(there, path, content)}
        if not missing:
            return Written(branch.page, changed=False)
        found = await _commit(caller, branch, missing, there, message)
        if isinstance(found, Written):
            return found
        before, there = there, await branch.look(files)
        if there == before:
            raise Refused(found)
    raise WherryError(f"{branch.page} changed {_ROUNDS} times while it was written to")


async def _commit(
    caller: Caller, branch: Branch, files: Mapping[str, bytes], there: Mapping[str, There], message: str
) -> Written | Reply:
    """What came of it, or the reply that says no."""

    async def look() -> Written | None:
        now = await branch.look(files)
        done = all(_is(now, path, content) for path, content in files.items())
        return Written(branch.page, changed=True) if done else None

    def read(reply: Reply) -> Written | Reply:
        return reply if reply.status in _MOVED else Written(branch.made(reply), changed=True)

    url, json = branch.commit(files, there, message)
    return await caller.settle("POST", url, json=json, look=look, read=read, wanted=_MOVED)


def _is(there: Mapping[str, There], path: str, content: bytes) -> bool:
    return path in there and there[path].has(content)
