"""Files written into a branch on GitLab and on Gitea, while others write there too."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gitea_server
import gitlab_server
import pytest
from gitea_server import Gitea
from gitlab_server import GitLab
from small_server import CUT, LOST, calling, serving

from wherry.commands.release.forge import Forge
from wherry.commands.release.forges import gitea_calls, gitlab_project
from wherry.commands.release.forges.gitea_repository import GiteaRepository
from wherry.commands.release.forges.gitlab_repository import GitLabRepository
from wherry.errors import WherryError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

FILES = {"Formula/acme.rb": b"class Acme\n", "bucket/acme one.json": bytes(range(256))}


class OnGitLab:
    def __init__(self) -> None:
        self.server = GitLab()

    def put(self, path: str, content: bytes, branch: str = "main") -> None:
        self.server.branches.setdefault(branch, {})[path] = (content, f"{self.server.next_id():040x}")

    def files(self, branch: str = "main") -> dict[str, bytes]:
        return {path: content for path, (content, _) in self.server.branches[branch].items()}

    @asynccontextmanager
    async def repository(self, branch: str | None) -> AsyncIterator[Any]:
        headers = gitlab_project.headers(gitlab_server.TOKEN, job=False)
        async with serving(self.server) as server, calling(*headers) as caller:
            forge = Forge("gitlab", "acme/tools", "app", "https://gitlab.test", f"{server.url}/api/v4")
            yield GitLabRepository(caller, forge, branch), server


class OnGitea:
    def __init__(self, ids: str = "sha1") -> None:
        self.server = Gitea(ids=ids)

    def put(self, path: str, content: bytes, branch: str = "main") -> None:
        self.server.branches.setdefault(branch, {})[path] = content

    def files(self, branch: str = "main") -> dict[str, bytes]:
        return self.server.branches[branch]

    @asynccontextmanager
    async def repository(self, branch: str | None) -> AsyncIterator[Any]:
        headers = gitea_calls.headers(gitea_server.TOKEN)
        async with serving(self.server) as server, calling(*headers) as caller:
            forge = Forge("gitea", "acme", "app", "https://gitea.test", f"{server.url}/api/v1")
            yield GiteaRepository(caller, forge, branch), server


@dataclass
class Outcome:
    url: str
    changed: bool
    lines: list[str]


def write(place, files=FILES, branch=None, faults=()):
    async def scenario():
        async with place.repository(branch) as (repository, server):
            server.faults = list(faults)
            await repository.ready()
            written = await repository.write(files, "acme 1.2.0")
            assert server.faults == []
            return Outcome(written.url, written.changed, server.lines)

    return asyncio.run(scenario())


@pytest.fixture(params=["gitlab", "gitea", "gitea of sha256"])
def place(request):
    return OnGitLab() if request.param == "gitlab" else OnGitea("sha256" if "sha256" in request.param else "sha1")


def test_one_commit_of_new_and_changed_files(place):
    place.put("README.md", b"read")
    place.put("Formula/acme.rb", b"old")
    outcome = write(place)
    assert outcome.changed
    assert "/commit/" in outcome.url
    assert place.files() == {"README.md": b"read", **FILES}
    assert len(place.server.commits) == 1


def test_nothing_is_written_when_all_is_as_wanted(place):
    for path, content in FILES.items():
        place.put(path, content)
    outcome = write(place)
    assert not outcome.changed
    assert all(line.startswith("GET") for line in outcome.lines)


def test_only_what_differs_is_in_the_commit(place):
    place.put("Formula/acme.rb", FILES["Formula/acme.rb"])

    async def scenario():
        async with place.repository(None) as (repository, server):
            await repository.write(FILES, "acme 1.2.0")
            (post,) = (each for each in server.asked if each.method == "POST")
            return [each.get("path") or each["file_path"] for each in post.json.get("files") or post.json["actions"]]

    assert asyncio.run(scenario()) == ["bucket/acme one.json"]


def test_another_branch(place):
    place.put("README.md", b"read", "next/one")
    write(place, branch="next/one")
    assert place.files("next/one") == {"README.md": b"read", **FILES}
    assert place.files() == {}


@pytest.mark.parametrize("before", [None, b"old"], ids=["new", "changed"])
def test_others_write_the_same_file_meanwhile(place, before):
    if before is not None:
        place.put("Formula/acme.rb", before)
    place.server.meanwhile = [lambda: place.put("Formula/acme.rb", b"others")]
    outcome = write(place)
    assert outcome.changed
    assert place.files() == FILES


def test_others_write_what_is_wanted_meanwhile(place):
    place.server.meanwhile = [lambda: [place.put(path, content) for path, content in FILES.items()]]
    outcome = write(place)
    assert not outcome.changed
    assert place.server.commits == []


def test_others_write_again_and_again(place):
    place.server.meanwhile = [lambda number=number: place.put("Formula/acme.rb", b"%d" % number) for number in range(9)]
    with pytest.raises(WherryError, match="changed 5 times while it was written to"):
        write(place)
    assert place.files() == {"Formula/acme.rb": b"4"}


@pytest.mark.parametrize("fault", [CUT, LOST, 500, 503], ids=str)
def test_faults_on_the_way(place, fault):
    assert write(place, faults=[("POST", fault), ("GET .*acme", fault)]).changed
    assert place.files() == FILES
    assert len(place.server.commits) == 1


def test_a_branch_that_is_not_there(place):
    with pytest.raises(WherryError, match=r"POST .*: HTTP 40[04]"):
        write(place, branch="nowhere")


@pytest.mark.parametrize("kind", ["folder", "symlink", "submodule"])
def test_what_is_no_file(kind):
    place = OnGitea()
    place.server.others = {"Formula/acme.rb": kind}
    with pytest.raises(WherryError, match=rf"Formula/acme\.rb is a {kind} in https://gitea\.test/acme/app"):
        write(place)


def test_a_repository_without_a_branch():
    place = OnGitLab()
    place.server.default_branch = None
    with pytest.raises(WherryError, match="has no branch yet"):
        write(place)


def test_what_may_not_be_written_to():
    place = OnGitea()
    place.server.push = False
    with pytest.raises(WherryError, match="but not write to it"):
        write(place)
    other = OnGitLab()
    other.server.role = 10
    with pytest.raises(WherryError, match="less than a Developer"):
        write(other)
    other = OnGitLab()
    other.server.packages_enabled = False
    assert write(other).changed


@pytest.mark.parametrize("branch", [None, "main"])
def test_calls_send_nothing(place, branch):
    async def scenario():
        async with place.repository(branch) as (repository, server):
            lines = list(repository.calls(list(FILES)))
            assert not server.asked
            return lines

    lines = asyncio.run(scenario())
    assert [line.split()[0] for line in lines] == ["GET", "GET", "GET", "POST"]
    assert f"?ref={branch or '{default_branch}'} (is it as wanted already?)" in lines[1]
    assert lines[-1].endswith("(one commit of Formula/acme.rb, bucket/acme one.json)")
