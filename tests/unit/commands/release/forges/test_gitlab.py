from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from driving import COMMIT, CONTENTS, announcement, drive, uploads
from gitlab_server import JOB_TOKEN, PATH, TOKEN, VERSION, GitLab
from hypothesis import assume, given
from hypothesis import strategies as st
from small_server import CUT, LOST, calling, serving

from wherry.commands.release.forge import Forge
from wherry.commands.release.forges.gitlab import GitLabStore
from wherry.commands.release.forges.gitlab_packages import version_of
from wherry.commands.release.forges.gitlab_project import headers
from wherry.commands.release.forges.gitlab_release import Link, changes, link
from wherry.errors import WherryError

WEB = f"https://gitlab.test/{PATH}"


@asynccontextmanager
async def stores(gitlab, *, token=TOKEN, job=False, said=None):
    async with serving(gitlab) as server, calling(*headers(token, job=job), said=said) as caller:
        forge = Forge("gitlab", "acme/tools", "app", "https://gitlab.test", f"{server.url}/api/v4")
        yield GitLabStore(caller, forge, job=job), server


def publish(gitlab, wanted, files, faults=(), **how):
    """The URL, what was sent, the requests, and those of a second run that does not write."""

    async def scenario():
        async with stores(gitlab, **how) as (store, server):
            server.faults = list(faults)
            outcome = await drive(store, wanted, files)
            assert server.faults == []
            lines = server.lines
            again = await drive(store, wanted, files)
            assert again == (outcome[0], [])
            assert all(line.startswith("GET") for line in server.lines[len(lines) :]) or gitlab.role == 30
            return *outcome, lines

    return asyncio.run(scenario())


def data(gitlab):
    return {each.name: each.data for each in gitlab.files}


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path / "dist")


@pytest.mark.parametrize("page", [100, 1])
@pytest.mark.parametrize("old", [False, True])
def test_a_release_and_a_second_run(files, page, old):
    gitlab = GitLab(page=page, old=old)
    gitlab.packages = {1: ("app-other", "v1.2.0"), 2: ("app", "v1.1.0"), 3: ("app", "v1.2.0-rc.1")}
    url, sent, lines = publish(gitlab, announcement(), files)
    assert (url, sent) == (f"{WEB}/-/releases/v1.2.0", list(CONTENTS))
    assert data(gitlab) == CONTENTS
    release = gitlab.releases["v1.2.0"]
    assert (release["name"], release["description"]) == ("acme v1.2.0", "New")
    assert [each["direct_asset_url"] for each in release["links"]] == [
        f"{WEB}/-/releases/v1.2.0/downloads/{name}" for name in CONTENTS
    ]
    assert all("/packages/generic/app/v1.2.0/" in each["url"] for each in release["links"])
    assert {each["link_type"] for each in release["links"]} == {"package"}
    # Nothing that people see comes before the files.
    writes = [line for line in lines if not line.startswith("GET")]
    assert [line.split()[0] for line in writes] == ["PUT", "PUT", "PUT", "POST"]


def test_a_draft_is_a_package_without_a_release(files):
    gitlab = GitLab()
    url, _, _ = publish(gitlab, announcement(draft=True), files)
    assert url == f"{WEB}/-/packages"
    assert not gitlab.releases
    assert publish(gitlab, announcement(), files)[:2] == (f"{WEB}/-/releases/v1.2.0", [])
    assert list(gitlab.releases) == ["v1.2.0"]


@pytest.mark.parametrize("fault", [CUT, LOST, 500, 429, 503], ids=str)
@pytest.mark.parametrize("duplicates", [True, False])
def test_faults_on_the_way(files, fault, duplicates):
    gitlab, said = GitLab(role=40, duplicates=duplicates), []
    faults = [("PUT .*gz", fault), ("PUT .*SUMS", fault), ("POST .*releases", fault), ("GET .*links", fault),
              ("GET .*package_files", fault), ("GET .*generic.*deb", fault)]  # fmt: skip
    publish(gitlab, announcement(), files, faults, said=said)
    assert sorted(each.name for each in gitlab.files) == sorted(CONTENTS)
    assert data(gitlab) == CONTENTS
    assert [each["name"] for each in gitlab.releases["v1.2.0"]["links"]] == list(CONTENTS)
    assert not any(TOKEN in line for line in said)


def test_what_a_developer_may_not_remove_stays_beneath(files):
    """An upload whose answer is lost is there twice, which whoever downloads does not see."""
    gitlab = GitLab(role=30)
    publish(gitlab, announcement(), files, [("PUT .*SUMS", LOST)])
    assert [each.name for each in gitlab.files].count("SHA256SUMS") == 2
    assert publish(gitlab, announcement(), files)[1] == []


def test_the_newest_of_a_name_counts(tmp_path, files):
    gitlab = GitLab(role=40)
    (old,) = uploads(tmp_path / "old", {"SHA256SUMS": b"old"})

    async def scenario():
        async with stores(gitlab) as (store, _):
            posted = await store.create(announcement())
            await store.upload(posted, old, lambda _: None)
            await store.upload(posted, files[2], lambda _: None)
            found = await store.find("v1.2.0")
            assert [(each.name, each.sha256) for each in found.assets] == [("SHA256SUMS", files[2].sha256)]

    asyncio.run(scenario())
    assert publish(gitlab, announcement(), files)[1] == [files[0].name, files[1].name]
    assert sorted(each.name for each in gitlab.files) == sorted(CONTENTS)


def test_another_file_where_none_may_be_twice(tmp_path, files):
    gitlab = GitLab(duplicates=False)
    (old,) = uploads(tmp_path / "old", {"SHA256SUMS": b"old"})

    async def scenario():
        async with stores(gitlab) as (store, _):
            posted = await store.create(announcement())
            await store.upload(posted, old, lambda _: None)
            await store.upload(posted, files[2], lambda _: None)

    with pytest.raises(WherryError, match="Duplicate package is not allowed"):
        asyncio.run(scenario())


@pytest.mark.parametrize("role", [30, 40])
def test_replacing_takes_a_maintainer(tmp_path, files, role):
    gitlab = GitLab(role=role)
    publish(gitlab, announcement(), uploads(tmp_path / "old", {"SHA256SUMS": b"old"}))
    if role == 40:
        publish(gitlab, announcement(), files)
        assert data(gitlab) == CONTENTS
        return
    with pytest.raises(WherryError, match="does not let the token remove SHA256SUMS") as caught:
        publish(gitlab, announcement(), files)
    assert caught.value.hint == "removing takes the role Maintainer"


def test_a_release_that_is_there_is_brought_up_to_date(files):
    gitlab = GitLab()
    elsewhere = {"name": "handbook", "url": "https://acme.test/book", "direct_asset_path": "/book"}
    wrong = {"name": "SHA256SUMS", "url": "https://acme.test/sums", "direct_asset_path": "/sums"}
    gitlab.releases["v1.2.0"] = {"tag_name": "v1.2.0", "name": "By hand", "description": None, "links": []}
    gitlab._add("v1.2.0", elsewhere)
    gitlab._add("v1.2.0", wrong)
    publish(gitlab, announcement(), files)
    release = gitlab.releases["v1.2.0"]
    assert (release["name"], release["description"]) == ("acme v1.2.0", "New")
    assert sorted(each["name"] for each in release["links"]) == sorted([*CONTENTS, "handbook"])


def test_files_are_sent_one_by_one(files):
    async def scenario():
        async with stores(GitLab()) as (store, server):
            posted = await store.create(announcement())
            await asyncio.gather(*(store.upload(posted, file, lambda _: None) for file in files))
            assert server.most == 1

    asyncio.run(scenario())


def test_a_jobs_token(files):
    gitlab = GitLab()
    url, _, lines = publish(gitlab, announcement(), files, token=JOB_TOKEN, job=True)
    assert url == f"{WEB}/-/releases/v1.2.0"
    assert data(gitlab) == CONTENTS
    assert not any(line.endswith(("app", "self")) for line in lines)


@pytest.mark.parametrize(
    ("gitlab", "words"),
    [
        pytest.param(GitLab(role=20), "less than a Developer in acme/tools/app", id="role"),
        pytest.param(GitLab(archived=True), "is archived", id="archived"),
        pytest.param(GitLab(packages_enabled=False), "has no package registry", id="packages"),
        pytest.param(GitLab(scopes=("read_api", "read_user")), "may only read", id="scope"),
    ],
)
def test_not_ready(gitlab, words):
    async def scenario():
        async with stores(gitlab) as (store, server):
            try:
                await store.ready()
            finally:
                assert all(line.startswith("GET") for line in server.lines)

    with pytest.raises(WherryError, match=words):
        asyncio.run(scenario())


@pytest.mark.parametrize("gitlab", [GitLab(), GitLab(role=50), GitLab(role=None), GitLab(old=True), GitLab(scopes=())])
def test_ready(gitlab):
    async def scenario():
        async with stores(gitlab) as (store, _):
            await store.ready()

    asyncio.run(scenario())


@pytest.mark.parametrize("job", [True, False])
def test_a_token_that_is_not_known(job):
    async def scenario():
        async with stores(GitLab(), token="not-this-one", job=job) as (store, _):
            await store.ready()

    with pytest.raises(WherryError, match="401 Unauthorized") as caught:
        asyncio.run(scenario())
    assert "not-this-one" not in str(caught.value)


def test_changes():
    wanted = [link("a", "https://x/a"), link("b", "https://x/b"), link("c++.gz", "https://x/c")]
    there = [
        Link(1, "a", "https://x/a", "https://g/-/releases/v1/downloads/a", "package"),
        Link(2, "b", "https://x/b", "https://x/b", "package"),
        Link(3, "c++.gz", "https://x/c", "https://g/-/releases/v1/downloads/c%2B%2B.gz", "package"),
        Link(4, "d", "https://x/d"),
    ]
    assert [(each.method, each.place, each.json["name"]) for each in changes(wanted, there)] == [("PUT", "/2", "b")]
    assert [each.method for each in changes(wanted, [])] == ["POST"] * 3


@pytest.mark.parametrize(
    ("tag", "version"), [("v1.2.0", "v1.2.0"), ("1.0.0-rc.1+x_y", "1.0.0-rc.1+x_y"), ("tool/v1.0~1", "tool-v1.0-1")]
)
def test_version_of(tag, version):
    assert version_of(tag) == version


@given(st.from_regex(r"[\w+~@!#%/.-]+", fullmatch=True))
def test_every_tag_of_git_has_a_version(tag):
    """By the rules of `git check-ref-format`, and GitLab's for versions."""
    parts = tag.split("/")
    assume(not any(part.startswith(".") or part.endswith(".lock") or not part for part in parts))
    assume(".." not in tag and not tag.endswith(".") and not tag.startswith("-"))
    assert VERSION.fullmatch(version_of(tag))


def test_a_tag_with_a_slash(files):
    gitlab = GitLab()
    url, _, _ = publish(gitlab, announcement("tool/v1.2.0"), files)
    assert url == f"{WEB}/-/releases/tool%2Fv1.2.0"
    assert publish(gitlab, announcement("tool/v1.2.0"), files)[1] == []


def test_calls_send_nothing(files):
    async def scenario():
        async with stores(GitLab()) as (store, server):
            lines = [line.replace(server.url, "http://g") for line in store.calls(announcement(), files[2:])]
            draft = list(store.calls(announcement(draft=True), files[2:]))
            assert not server.asked
            return lines, draft

    api = "http://g/api/v4/projects/acme%2Ftools%2Fapp"
    query = "package_type=generic&package_name=app&package_version=v1.2.0&per_page=100"
    lines, draft = asyncio.run(scenario())
    assert lines == [
        f"GET {api} (may the token write here?)",
        f"GET {api}/releases/v1.2.0 (is it published?)",
        f"GET {api}/packages?{query} (which files are there?)",
        f"PUT {api}/packages/generic/app/v1.2.0/SHA256SUMS?status=default&select=package_file (SHA256SUMS)",
        f"GET {api}/packages/generic/app/v1.2.0/SHA256SUMS (compare SHA256SUMS)",
        f"POST {api}/releases (v1.2.0, with links to its files)",
    ]
    assert len(draft) == 5


def test_what_makes_the_release(files):
    gitlab = GitLab()

    async def scenario():
        async with stores(gitlab) as (store, server):
            await drive(store, announcement(), files)
            (post,) = (each for each in server.asked if each.method == "POST")
            return post.json

    document = asyncio.run(scenario())
    assert {key: document[key] for key in ("tag_name", "ref", "name", "description")} == {
        "tag_name": "v1.2.0", "ref": COMMIT, "name": "acme v1.2.0", "description": "New"
    }  # fmt: skip
