from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from driving import COMMIT, CONTENTS, announcement, drive, uploads
from gitea_server import TOKEN, Attachment, Gitea, Release
from small_server import CUT, LOST, calling, serving

from wherry.commands.release.forge import Forge
from wherry.commands.release.forges.gitea import GiteaStore
from wherry.commands.release.forges.gitea_calls import headers
from wherry.errors import WherryError

PAGE = "https://gitea.test/acme/app/releases/tag/v1.2.0"
WORDS = {"name": "", "body": "", "draft": False, "prerelease": False, "target_commitish": "main"}


@asynccontextmanager
async def stores(gitea, *, token=TOKEN, said=None):
    async with serving(gitea) as server, calling(*headers(token), said=said) as caller:
        yield GiteaStore(caller, Forge("gitea", "acme", "app", "https://gitea.test", f"{server.url}/api/v1")), server


def publish(gitea, wanted, files, faults=(), **how):
    """The URL, what was sent, and the requests; a second run sends no file."""

    async def scenario():
        async with stores(gitea, **how) as (store, server):
            server.faults = list(faults)
            outcome = await drive(store, wanted, files)
            assert server.faults == []
            lines = server.lines
            assert await drive(store, wanted, files) == (outcome[0], [])
            return *outcome, lines

    return asyncio.run(scenario())


def data(release):
    return {each.name: each.data for each in release.attachments}


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path / "dist")


@pytest.mark.parametrize("page", [50, 1])
@pytest.mark.parametrize("prerelease", [False, True])
def test_a_release(files, page, prerelease):
    gitea = Gitea(page=page)
    gitea.releases = [Release(number, f"v1.{number}.9", dict(WORDS)) for number in range(1, 4)]
    url, sent, lines = publish(gitea, announcement(prerelease=prerelease), files)
    assert (url, sent) == (PAGE, list(CONTENTS))
    release = gitea.releases[-1]
    assert data(release) == CONTENTS
    assert release.words == {
        "name": "acme v1.2.0", "body": "New", "draft": False, "prerelease": prerelease, "target_commitish": COMMIT
    }  # fmt: skip
    writes = [line.split()[0] for line in lines if not line.startswith("GET")]
    assert writes == ["POST", "POST", "POST", "POST", "PATCH"]


def test_until_then_it_is_a_draft(files):
    gitea = Gitea()

    async def scenario():
        async with stores(gitea) as (store, _):
            posted = await store.create(announcement())
            await store.upload(posted, files[0], lambda _: None)
            assert posted.draft
            assert gitea.releases[0].words["draft"]
            found = await store.find("v1.2.0")
            assert (found.id, found.draft, [each.name for each in found.assets]) == (posted.id, True, [files[0].name])

    asyncio.run(scenario())
    assert publish(gitea, announcement(), files)[1] == list(CONTENTS)[1:]
    assert len(gitea.releases) == 1


def test_a_draft_that_stays_one(files):
    gitea = Gitea()
    publish(gitea, announcement(draft=True), files)
    assert gitea.releases[0].words["draft"]
    publish(gitea, announcement(), files)
    assert not gitea.releases[0].words["draft"]


@pytest.mark.parametrize("fault", [CUT, LOST, 500, 429, 503], ids=str)
def test_faults_on_the_way(files, fault):
    gitea, said = Gitea(), []
    faults = [("POST .*releases$", fault), ("POST .*assets", fault), ("GET .*assets", fault), ("PATCH", fault),
              ("GET .*attachments", fault), ("POST .*assets", fault)]  # fmt: skip
    publish(gitea, announcement(), files, faults, said=said)
    (release,) = gitea.releases
    assert sorted(each.name for each in release.attachments) == sorted(CONTENTS)
    assert data(release) == CONTENTS
    assert not release.words["draft"]
    assert not any(TOKEN in line for line in said)


def test_files_of_one_name(files):
    """Two that were sent by runs that knew nothing of each other: the newer counts, the older goes."""
    gitea = Gitea()
    old, new = Attachment(1, "SHA256SUMS", b"older"), Attachment(2, "SHA256SUMS", CONTENTS["SHA256SUMS"])
    gitea.releases = [Release(7, "v1.2.0", {**WORDS, "draft": True}, [new, old])]
    assert publish(gitea, announcement(), files)[1] == list(CONTENTS)[:2]
    assert [each.id for each in gitea.releases[0].attachments if each.name == "SHA256SUMS"] == [2]


def test_what_is_not_the_same_is_replaced(files):
    gitea = Gitea()
    gitea.releases = [Release(7, "v1.2.0", {**WORDS, "draft": True}, [Attachment(1, "SHA256SUMS", b"smus\n")])]
    assert publish(gitea, announcement(), files)[1] == list(CONTENTS)
    assert data(gitea.releases[0]) == CONTENTS


def test_a_tag_in_other_letters(files):
    gitea = Gitea(releases=[Release(7, "V1.2.0", dict(WORDS))])
    with pytest.raises(WherryError, match=r"a release already whose tag is v1\.2\.0 in other letters"):
        publish(gitea, announcement(), files)


def test_somebody_is_faster(files):
    gitea = Gitea()

    async def scenario():
        async with stores(gitea) as (store, _):
            assert await store.find("v1.2.0") is None
            first = await store.create(announcement())
            assert await store.create(announcement()) == first

    asyncio.run(scenario())


def test_a_file_that_is_too_large(files):
    with pytest.raises(WherryError, match=r"assets\?name=acme_1\.2\.0\.tar\.gz: .*413.*too large"):
        publish(Gitea(largest=1000), announcement(), files)


def test_removing_twice_is_no_error(files):
    async def scenario():
        async with stores(Gitea()) as (store, _):
            posted = await store.create(announcement())
            asset = await store.upload(posted, files[2], lambda _: None)
            await store.remove(posted, asset)
            await store.remove(posted, asset)
            assert (await store.find("v1.2.0")).assets == ()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("gitea", "words"),
    [
        pytest.param(Gitea(push=False), "may read acme/app, but not write to it", id="push"),
        pytest.param(Gitea(archived=True), "is archived", id="archived"),
        pytest.param(Gitea(has_releases=False), "has no releases", id="releases"),
    ],
)
def test_not_ready(gitea, words):
    async def scenario():
        async with stores(gitea) as (store, server):
            try:
                await store.ready()
            finally:
                assert all(line.startswith("GET") for line in server.lines)

    with pytest.raises(WherryError, match=words):
        asyncio.run(scenario())


def test_a_token_that_is_not_known():
    async def scenario():
        async with stores(Gitea(), token="not-this-one") as (store, _):
            await store.ready()

    with pytest.raises(WherryError, match="invalid username, password or token") as caught:
        asyncio.run(scenario())
    assert "not-this-one" not in str(caught.value)


def test_calls_send_nothing(files):
    async def scenario():
        async with stores(Gitea()) as (store, server):
            lines = [line.replace(server.url, "http://g") for line in store.calls(announcement(), files[2:])]
            assert not server.asked
            return lines

    api = "http://g/api/v1/repos/acme/app"
    assert asyncio.run(scenario()) == [
        f"GET {api} (may the token write here?)",
        f"GET {api}/releases?limit=50&page=1 (is it there, or a draft of it?)",
        f"POST {api}/releases (a draft for v1.2.0)",
        f"POST {api}/releases/{{release_id}}/assets?name=SHA256SUMS (SHA256SUMS)",
        f"GET {api}/releases/{{release_id}}/assets (which files are there?)",
        "GET http://g/attachments/{uuid} (compare SHA256SUMS)",
        f"PATCH {api}/releases/{{release_id}} (publish it)",
    ]
