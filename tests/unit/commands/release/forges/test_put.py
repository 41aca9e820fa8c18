from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from driving import CONTENTS, announcement, drive, uploads
from small_server import CUT, LOST, Answer, calling, serving

from wherry.commands.release.forges.put import PutStore, headers
from wherry.errors import UsageError, WherryError

LAST = {"SHA256SUMS"}


class Shelf:
    """Files and folders by their paths, as a WebDAV server has them (RFC 4918), or one that makes folders itself."""

    def __init__(self, *, folders: bool = False, conditions: bool = True, deletes: bool = True) -> None:
        self.files: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.folders = {""} if folders else None
        self.conditions = conditions
        self.deletes = deletes
        self.sizes = True

    def __call__(self, asked):
        if asked.headers.get("authorization") != "Bearer secret-token":
            return Answer(401)
        path = asked.path.strip("/")
        return getattr(self, asked.method)(asked, path)

    def HEAD(self, _asked, path):
        if path not in self.files:
            return Answer(404)
        return Answer(
            200,
            headers={"Content-Length": str(len(self.files[path]))} if self.sizes else {"Transfer-Encoding": "chunked"},
        )

    def GET(self, _asked, path):
        return Answer(200, body=self.files[path]) if path in self.files else Answer(404)

    def PUT(self, asked, path):
        if self.conditions and asked.headers.get("if-none-match") == "*" and path in self.files:
            return Answer(412)
        if self.folders is not None and path.rpartition("/")[0] not in self.folders:
            return Answer(409)
        self.files[path] = asked.body
        self.types[path] = asked.headers["content-type"]
        return Answer(201)

    def MKCOL(self, _asked, path):
        if self.folders is None or path in self.folders:
            return Answer(405)
        if path.rpartition("/")[0] not in self.folders:
            return Answer(409)
        self.folders.add(path)
        return Answer(201)

    def DELETE(self, _asked, path):
        if not self.deletes:
            return Answer(405)
        return Answer(204 if self.files.pop(path, None) is not None else 404)


@asynccontextmanager
async def stores(shelf, *, token="secret-token", said=None):
    async with serving(shelf) as server, calling(*headers(None, token), said=said) as caller:
        yield PutStore(caller, server.url, list(CONTENTS), LAST), server


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path / "dist")


@pytest.mark.parametrize(
    "shelf", [Shelf(), Shelf(folders=True), Shelf(conditions=False)], ids=["plain", "webdav", "bare"]
)
@pytest.mark.parametrize("tag", ["v1.2.0", "tool/v1.2.0"])
def test_a_release_and_a_second_run(shelf, files, tag):
    async def scenario():
        async with stores(shelf) as (store, server):
            assert await store.find(tag) is None
            url, sent = await drive(store, announcement(tag), files)
            assert (url, sent) == (f"{server.url}/{tag}/", list(CONTENTS))
            found = await store.find(tag)
            assert not found.draft
            assert {asset.name for asset in found.assets} == set(CONTENTS)
            assert (await drive(store, announcement(tag), files))[1] == []

    asyncio.run(scenario())
    assert {path: shelf.files.get(path) for path in (f"{tag}/{name}" for name in CONTENTS)} == {
        f"{tag}/{name}": data for name, data in CONTENTS.items()
    }
    assert shelf.types[f"{tag}/SHA256SUMS"] == "application/octet-stream"


def test_it_is_published_when_the_last_files_are_there(files):
    async def scenario():
        async with stores(Shelf()) as (store, _):
            posted = await store.create(announcement())
            await store.upload(posted, files[0], lambda _: None)
            assert (await store.find("v1.2.0")).draft
            await store.upload(posted, files[2], lambda _: None)
            assert not (await store.find("v1.2.0")).draft

    asyncio.run(scenario())


@pytest.mark.parametrize("fault", [CUT, LOST, 502], ids=str)
@pytest.mark.parametrize("conditions", [True, False])
def test_faults_on_the_way(files, fault, conditions):
    shelf, said = Shelf(conditions=conditions), []

    async def scenario():
        async with stores(shelf, said=said) as (store, server):
            server.faults = [("PUT .*gz", fault), ("PUT .*deb", fault), ("HEAD .*deb", LOST), ("GET .*SUMS", LOST)]
            await drive(store, announcement(), files)
            assert server.faults == []

    asyncio.run(scenario())
    assert shelf.files == {f"v1.2.0/{name}": data for name, data in CONTENTS.items()}
    # A connection that was kept open and closes before it answers is no attempt, where the method allows another; which
    # ones were kept is a matter of moments.
    assert len([words for words in said if "HTTP 502" in words]) == (2 if fault == 502 else 0)
    lost = [words for words in said if "HTTP 502" not in words]
    assert len(lost) <= (2 if fault == 502 else 4), "no more attempts than faults"
    assert all(words.endswith("; retry 1 of 3 in 0s") for words in lost), lost


def test_it_gives_up(files):
    async def scenario():
        async with stores(Shelf()) as (store, server):
            server.faults = [("PUT", 503)] * 4
            await drive(store, announcement(), files)

    with pytest.raises(WherryError, match=r"PUT http.*/v1\.2\.0/acme_1\.2\.0\.tar\.gz: HTTP 503"):
        asyncio.run(scenario())


def test_another_file_of_that_name_is_left(files):
    shelf = Shelf()

    async def scenario():
        async with stores(shelf) as (store, _):
            posted = await store.create(announcement())
            shelf.files["v1.2.0/SHA256SUMS"] = b"smus\n"
            await store.upload(posted, files[2], lambda _: None)

    with pytest.raises(WherryError, match="SHA256SUMS: there is already another file"):
        asyncio.run(scenario())
    assert shelf.files == {"v1.2.0/SHA256SUMS": b"smus\n"}


def test_what_is_not_the_same_is_replaced(files):
    shelf = Shelf()
    shelf.files["v1.2.0/SHA256SUMS"] = b"smus\n"
    shelf.files["v1.2.0/acme_1.2.0.deb"] = b"half"

    async def scenario():
        async with stores(shelf) as (store, _):
            assert (await drive(store, announcement(), files))[1] == list(CONTENTS)

    asyncio.run(scenario())
    assert shelf.files == {f"v1.2.0/{name}": data for name, data in CONTENTS.items()}


def test_a_server_that_removes_nothing(files):
    shelf = Shelf(deletes=False)
    shelf.files["v1.2.0/acme_1.2.0.deb"] = b"half"

    async def scenario():
        async with stores(shelf) as (store, _):
            await drive(store, announcement(), files)

    with pytest.raises(WherryError, match=r"DELETE .*deb: the server lets no file be removed \(HTTP 405\)"):
        asyncio.run(scenario())


def test_a_server_that_tells_no_sizes(files):
    shelf = Shelf()
    shelf.sizes = False

    async def scenario():
        async with stores(shelf) as (store, _):
            await drive(store, announcement(), files)
            assert {asset.size for asset in (await store.find("v1.2.0")).assets} == {
                len(each) for each in CONTENTS.values()
            }

    asyncio.run(scenario())


def test_a_credential_that_is_refused(files):
    async def scenario():
        async with stores(Shelf(), token="wrong-secret") as (store, _):
            await store.ready()

    with pytest.raises(WherryError, match=r"HEAD http.*/: HTTP 401") as caught:
        asyncio.run(scenario())
    assert "wrong-secret" not in str(caught.value)


def test_a_parent_that_is_not_there(files):
    shelf = Shelf(folders=True)

    async def scenario():
        async with serving(shelf) as server, calling(*headers(None, "secret-token")) as caller:
            await drive(PutStore(caller, f"{server.url}/not/there", list(CONTENTS), LAST), announcement(), files)

    with pytest.raises(WherryError, match=r"PUT http.*/not/there/v1\.2\.0/acme_1\.2\.0\.tar\.gz: HTTP 409"):
        asyncio.run(scenario())


def test_it_has_no_drafts(files):
    async def scenario():
        async with stores(Shelf()) as (store, _):
            with pytest.raises(UsageError, match="has no drafts"):
                list(store.calls(announcement(draft=True), files))
            await store.create(announcement(draft=True))

    with pytest.raises(UsageError, match="has no drafts"):
        asyncio.run(scenario())


def test_headers():
    assert headers(None, None) == (("Accept-Encoding", "identity"),)
    assert headers("user", "pass:wörd")[0] == ("Authorization", "Basic dXNlcjpwYXNzOnfDtnJk")
    assert headers(None, "t")[0] == ("Authorization", "Bearer t")


def test_calls_send_nothing(files):
    async def scenario():
        async with stores(Shelf()) as (store, server):
            lines = [line.replace(server.url, "http://s") for line in store.calls(announcement("a/v1"), files[1:])]
            assert not server.asked
            return lines

    assert asyncio.run(scenario()) == [
        "HEAD http://s/ (is the credential taken?)",
        "HEAD http://s/a/v1/acme_1.2.0.deb (is it there?)",
        "HEAD http://s/a/v1/SHA256SUMS (is it there?)",
        "MKCOL http://s/a/v1/ (a folder, where the server wants one)",
        "PUT http://s/a/v1/acme_1.2.0.deb (acme_1.2.0.deb)",
        "PUT http://s/a/v1/SHA256SUMS (SHA256SUMS)",
        "GET http://s/a/v1/acme_1.2.0.deb (compare acme_1.2.0.deb)",
        "GET http://s/a/v1/SHA256SUMS (compare SHA256SUMS)",
    ]
