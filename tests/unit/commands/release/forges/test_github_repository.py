"""Manifests written into taps on GitHub, and proposed to another repository."""

from __future__ import annotations

import asyncio
import subprocess
from contextlib import nullcontext

import pytest
from github_driving import calling, github
from github_server import CLOSED, LOST, SHORT, Fault
from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.commands.release.forges.github_calls import Project
from wherry.commands.release.forges.github_commits import blob_id
from wherry.commands.release.forges.github_repository import GitHubProposal, GitHubRepository
from wherry.commands.release.forges.store import Written
from wherry.errors import WherryError

FILES = {"Formula/acme.rb": b"class Acme\nend\n", "bucket/acme.json": '{"version": "é"}'.encode()}
BRANCH = "acme-1.2.0"


def write(server, files=FILES, *, branch=None, said=None) -> Written:
    async def run() -> Written:
        async with calling(server, said=said) as caller:
            tap = Project(server.api, server.home.owner, server.home.name)
            return await GitHubRepository(caller, tap, branch).write(files, "acme 1.2.0\n\nMore.")

    return asyncio.run(run())


def propose(server, files=FILES, *, said=None) -> Written:
    async def run() -> Written:
        said_ = said if said is not None else []
        async with calling(server, said=said_) as caller:
            fork = Project(server.api, "acme", "winget-pkgs")
            return await GitHubProposal(caller, fork, BRANCH, "By wherry.", said_.append).write(files, "acme 1.2.0")

    return asyncio.run(run())


@pytest.fixture
def tap():
    with github() as server:
        server.home.seed({"README.md": b"tap\n", "Formula/other.rb": b"class Other\nend\n"})
        yield server


@pytest.fixture
def fork():
    """A fork that is behind what it was forked from."""
    with github() as server:
        theirs = server.add("microsoft", "winget-pkgs")
        theirs.seed({"README.md": b"packages\n"})
        server.add("acme", "winget-pkgs", parent=theirs)
        theirs.seed({"manifests/other.yaml": b"other\n"})
        yield server


def test_one_commit_of_several_files(tap):
    written = write(tap)
    assert written == Written(f"https://github.invalid/acme/rocket/commit/{tap.home.refs['main']}", True)
    assert tap.home.files("main") == {"README.md": b"tap\n", "Formula/other.rb": b"class Other\nend\n", **FILES}
    assert tap.home.history("main") == ["acme 1.2.0\n\nMore.", "by hand"]


def test_nothing_is_written_twice(tap):
    write(tap)
    assert write(tap) == Written(f"https://github.invalid/acme/rocket/commit/{tap.home.refs['main']}", False)
    assert len(tap.home.history("main")) == 2
    write(tap, {**FILES, "Formula/acme.rb": b"class Acme # newer\nend\n"})
    assert len(tap.home.history("main")) == 3


def test_a_branch_that_is_named(tap):
    tap.home.refs["next"] = tap.home.refs["main"]
    write(tap, branch="next")
    assert tap.home.history("main") == ["by hand"]
    assert set(FILES) <= set(tap.home.files("next"))


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("kind", [502, CLOSED, LOST, SHORT])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
def test_a_fault_changes_nothing(tap, method, kind, nth):
    tap.faults.append(Fault(f"{method} /repos", kind, nth))
    write(tap)
    assert tap.home.files("main").items() >= FILES.items()
    assert len(tap.home.history("main")) == 2


def test_someone_else_commits_meanwhile(tap):
    """What they wrote stays, and ours comes after it."""
    theirs = iter([{"Formula/third.rb": b"third"}, {"Formula/fourth.rb": b"fourth"}])

    def arrived(asked):
        if asked.method == "PATCH" and (files := next(theirs, None)):
            tap.home.seed(files)

    tap.arrived = arrived
    assert write(tap).changed
    assert tap.home.history("main") == ["acme 1.2.0\n\nMore.", "by hand", "by hand", "by hand"]
    assert {"Formula/third.rb", "Formula/fourth.rb", *FILES} <= set(tap.home.files("main"))


def test_someone_else_never_stops_committing(tap):
    tap.arrived = lambda asked: tap.home.seed({"x": str(len(tap.asked)).encode()}) if asked.method == "PATCH" else None
    with pytest.raises(WherryError, match="the branch main of acme/rocket changed 5 times while it was written to"):
        write(tap)


def test_a_protected_branch(tap):
    tap.home.protected = True
    with pytest.raises(WherryError, match=r"PATCH \S+ HTTP 422 .*: Changes must be made through a pull request\.$"):
        write(tap)


@pytest.mark.parametrize("branch", [None, "gone"])
def test_a_branch_that_is_not_there(branch):
    with github() as server:
        if branch:
            server.home.seed({"README.md": b""})
        with pytest.raises(WherryError, match=f"the branch {branch or 'main'} of acme/rocket is not there") as caught:
            write(server, branch=branch)
        assert "first commit" in (caught.value.hint or "")


def test_a_proposal(fork):
    written = propose(fork)
    assert written == Written("https://github.invalid/microsoft/winget-pkgs/pull/1", True)
    theirs, ours = fork.repositories["microsoft/winget-pkgs"], fork.repositories["acme/winget-pkgs"]
    (pull,) = theirs.pulls
    assert (pull["title"], pull["body"], pull["head"]["label"]) == ("acme 1.2.0", "By wherry.", f"acme:{BRANCH}")
    assert ours.history(BRANCH) == ["acme 1.2.0", "by hand", "by hand"]
    assert ours.files(BRANCH).items() >= FILES.items()
    assert theirs.history("main") == ["by hand", "by hand"]


def test_a_proposal_that_is_open_is_brought_up_to_date(fork):
    first = propose(fork)
    assert propose(fork) == Written(first.url, False)
    newer = {**FILES, "Formula/acme.rb": b"newer\n"}
    assert propose(fork, newer) == Written(first.url, True)
    assert len(fork.repositories["microsoft/winget-pkgs"].pulls) == 1
    assert fork.repositories["acme/winget-pkgs"].files(BRANCH).items() >= newer.items()


def test_what_was_accepted_is_not_proposed_again(fork):
    fork.repositories["microsoft/winget-pkgs"].seed(FILES)
    written = propose(fork)
    assert not written.changed
    assert fork.repositories["microsoft/winget-pkgs"].pulls == []
    assert BRANCH not in fork.repositories["acme/winget-pkgs"].refs


def test_a_fork_that_has_commits_of_its_own(fork):
    fork.repositories["acme/winget-pkgs"].seed({"ours": b"ours"})
    said: list[str] = []
    assert propose(fork, said=said).changed
    assert "acme/winget-pkgs is not as what it was forked from" in said[0]


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("kind", [503, CLOSED, LOST])
@pytest.mark.parametrize("pattern", ["GET", "POST", "POST .*/pulls", "POST .*/refs"])
def test_a_fault_proposes_nothing_twice(fork, pattern, kind, nth):
    fork.faults.append(Fault(pattern, kind, nth))
    propose(fork)
    assert len(fork.repositories["microsoft/winget-pkgs"].pulls) == 1
    assert fork.repositories["acme/winget-pkgs"].history(BRANCH) == ["acme 1.2.0", "by hand", "by hand"]


@pytest.mark.parametrize(("token", "may"), [("good-token", True), ("app-token", True), ("reading-token", False)])
def test_whether_a_tap_may_be_written_to(tap, token, may):
    async def run():
        async with calling(tap, token=token) as caller:
            project = Project(tap.api, "acme", "rocket")
            await GitHubRepository(caller, project, None).ready()
            await GitHubProposal(caller, project, BRANCH, "", print).ready()

    with nullcontext() if may else pytest.raises(WherryError, match="may read acme/rocket, but not write to it"):
        asyncio.run(run())
    assert {asked.method for asked in tap.asked} == {"GET"}


def test_what_is_no_fork(fork):
    fork.repositories["acme/winget-pkgs"].parent = None
    with pytest.raises(WherryError, match="acme/winget-pkgs is no fork"):
        propose(fork)


def _shown(lines):
    return {line.partition(" (")[0] for line in lines}


def test_what_would_be_called_is_what_is(tap, fork):
    async def lines():
        async with calling(tap) as caller:
            project = Project(tap.api, "acme", "rocket")
            direct = [*GitHubRepository(caller, project, None).calls([*FILES])]
            winget = Project(fork.api, "acme", "winget-pkgs")
            return direct, [*GitHubProposal(caller, winget, BRANCH, "", print).calls([*FILES])]

    direct, proposal = asyncio.run(lines())
    assert tap.asked == fork.asked == []
    head = tap.home.refs["main"]
    write(tap)
    named = {line.replace(tap.api, "").replace("{default_branch}", "main").replace("{commit}", head) for line in direct}
    assert _shown(named) == {line for line in tap.lines if "/git/commits/" not in line}
    propose(fork)
    methods = {(line.split()[0], line.split("/")[-1].partition("?")[0]) for line in _shown(proposal)}
    assert {("POST", "merge-upstream"), ("POST", "refs"), ("POST", "pulls"), ("PATCH", BRANCH)} <= methods


@given(st.binary(max_size=200))
@settings(max_examples=20)
def test_git_calls_a_blob_so(content):
    done = subprocess.run(["git", "hash-object", "--stdin"], input=content, capture_output=True, check=True)
    assert blob_id(content) == done.stdout.decode().strip()
