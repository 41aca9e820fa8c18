"""Releases on a GitHub that keeps state as the real one does; its OpenAPI description judges each request."""

from __future__ import annotations

import asyncio
import hashlib
import threading

import pytest
from driving import CONTENTS, announcement, uploads
from github_driving import github, publish, released, store
from github_server import CLOSED, HALF, LOST, SHORT, Fault

from wherry.errors import WherryError


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path)


@pytest.mark.parametrize("page", [1, 2, 100], ids=lambda page: f"pages-of-{page}")
def test_a_release_is_published(files, page):
    with github(page=page) as server:
        url, sent = publish(server, announcement(notes="# New\n"), files)
        assert url == "https://github.invalid/acme/rocket/releases/tag/v1.2.0"
        assert sent == [*CONTENTS]
        assert released(server) == CONTENTS
        (release,) = server.releases.releases.values()
        assert (release.name, release.body, release.prerelease) == ("acme v1.2.0", "# New\n", False)
        assert release.make_latest == "legacy"
        assert server.releases.tags == {"v1.2.0": announcement().commit}


def test_a_second_run_sends_nothing(files):
    with github(page=2) as server:
        first = publish(server, announcement(), files)
        asked = len(server.asked)
        assert publish(server, announcement(), files) == (first[0], [])
        assert [line for line in server.lines[asked:] if line.startswith("POST")] == []
        assert released(server) == CONTENTS


def test_a_draft_stays_one(files):
    with github() as server:
        publish(server, announcement(draft=True), files)
        _, sent = publish(server, announcement(draft=True, notes="Newer"), files)
        assert sent == []
        (release,) = server.releases.releases.values()
        assert (release.draft, release.body, server.releases.tags) == (True, "Newer", {})


def test_a_prerelease_is_never_the_latest(files):
    with github() as server:
        publish(server, announcement("v2.0.0-rc.1", prerelease=True), files)
        (release,) = server.releases.releases.values()
        assert (release.prerelease, release.make_latest) == (True, "false")


def test_of_several_drafts_the_oldest_is_used(files):
    with github(page=1) as server:
        for name in ("first", "second", "another"):
            tag = "v9" if name == "another" else "v1.2.0"
            server.releases.create({"tag_name": tag, "name": name, "draft": True})
        said: list[str] = []
        publish(server, announcement(), files, said=said)
        assert server.releases.published("v1.2.0") is server.releases.releases[1]
        assert server.releases.releases[2].assets == {}
        assert said[0].startswith("there are 2 drafts for v1.2.0; the oldest is used, not https://github.invalid/")


TIRED = {"x-ratelimit-limit": "5000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000000"}
SECONDARY = {"message": "You have exceeded a secondary rate limit."}


@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(["GET /repos", 502], id="5xx-on-reading"),
        pytest.param(["GET /repos", CLOSED], id="reset-on-reading"),
        pytest.param(["GET /repos.*releases", SHORT], id="an-answer-cut-off"),
        pytest.param(["POST .*/releases$|POST .*assets", 503], id="5xx-before-making"),
        pytest.param(["POST .*/releases$|POST .*assets", 500, "after"], id="5xx-after-making"),
        pytest.param(["POST .*/releases$|POST .*assets", LOST], id="no-answer-after-making"),
        pytest.param(["POST .*/releases$|POST .*assets", CLOSED], id="reset-before-making"),
        pytest.param(["POST .*/releases$|POST .*assets", SHORT], id="the-answer-to-making-cut-off"),
        pytest.param(["POST .*assets", HALF], id="half-an-upload"),
        pytest.param(["POST", 403, TIRED], id="primary-limit"),
        pytest.param(["POST", 429, TIRED], id="primary-limit-as-429"),
        pytest.param(["POST", 403, {"retry-after": "0"}], id="secondary-limit"),
        pytest.param(["GET /\\d+\\?sig", SHORT], id="a-download-cut-off"),
        pytest.param(["GET /\\d+\\?sig", 503], id="a-download-refused"),
        pytest.param(["PATCH", 502], id="5xx-before-publishing"),
        pytest.param(["PATCH", 502, "after"], id="5xx-after-publishing"),
        pytest.param(["PATCH", LOST], id="no-answer-after-publishing"),
    ],
)
def test_one_fault_changes_nothing(files, fault, nth):
    pattern, kind, *more = fault
    headers = more[0] if more and isinstance(more[0], dict) else {}
    with github(Fault(pattern, kind, nth, after="after" in more, headers=headers, document=SECONDARY)) as server:
        publish(server, announcement(), files)
        assert released(server) == CONTENTS


def test_a_download_goes_on_where_it_was_cut(files):
    with github(Fault(r"GET /\d+\?sig", SHORT)) as server:
        publish(server, announcement(), files)
        whole, rest = [asked for asked in server.asked if asked.origin == "storage"][:2]
        assert "range" not in whole.headers
        size = files[0].size
        assert rest.headers["range"] == f"bytes={size // 2}-"
        digest = hashlib.sha256(CONTENTS[files[0].name]).hexdigest()
        assert rest.headers["if-range"] == f'"sha256:{digest}"'


def test_what_is_half_there_is_taken_away(files):
    with github() as server:
        release = server.releases.create({"tag_name": "v1.2.0", "draft": True})
        server.releases.attach(release.id, files[0].name, "text/plain", b"half", whole=False)

        async def run() -> None:
            async with store(server) as github:
                posted = await github.find("v1.2.0")
                assert [asset.whole for asset in posted.assets] == [False]
                asset = await github.upload(posted, files[0], [].append)
                assert (asset.size, asset.sha256, asset.whole) == (files[0].size, files[0].sha256, True)

        asyncio.run(run())
        assert [asset.data for asset in release.assets.values()] == [CONTENTS[files[0].name]]


def test_another_file_of_the_name_is_left_alone(files):
    with github() as server:
        release = server.releases.create({"tag_name": "v1.2.0", "draft": True})
        server.releases.attach(release.id, files[0].name, "text/plain", b"other")

        async def run() -> None:
            async with store(server) as github:
                posted = await github.find("v1.2.0")
                await github.upload(posted, files[0], [].append)

        with pytest.raises(WherryError, match=r"GitHub has acme_1\.2\.0\.tar\.gz of 5 bytes \(sha256 .*\) already"):
            asyncio.run(run())
        assert [asset.data for asset in release.assets.values()] == [b"other"]


@pytest.mark.parametrize("fault", [LOST, HALF, 503])
def test_several_at_once(tmp_path, fault):
    contents = {f"file-{number}": bytes([number]) * 100_000 for number in range(8)}
    files = uploads(tmp_path, contents)
    with github(*(Fault("POST .*assets", fault, nth) for nth in (2, 5)), page=3) as server:

        async def run() -> None:
            async with store(server) as github:
                posted = await github.create(announcement())
                assets = await asyncio.gather(*(github.upload(posted, file, [].append) for file in files))
                assert [asset.sha256 for asset in assets] == [file.sha256 for file in files]
                await github.publish(posted, announcement(), assets)

        asyncio.run(run())
        assert released(server) == contents


def test_a_release_that_another_run_began(files):
    """Where its assets go is asked for, where this run has not been told."""
    with github() as server:

        async def begin():
            async with store(server) as github:
                return await github.create(announcement())

        async def go_on(posted) -> None:
            async with store(server) as github:
                await github.upload(posted, files[0], [].append)

        posted = asyncio.run(begin())
        asyncio.run(go_on(posted))
        assert [asset.name for asset in server.releases.release(int(posted.id)).assets.values()] == [files[0].name]


@pytest.mark.parametrize("fault", [LOST, HALF])
def test_a_github_that_tells_no_digests(files, fault):
    with github(Fault("POST .*assets", fault)) as server:
        server.answers.digests = False
        assert publish(server, announcement(), files)[1] == [*CONTENTS]
        assert publish(server, announcement(), files)[1] == []
        assert released(server) == CONTENTS


def test_what_is_there_already_is_not_there_twice(files):
    with github() as server:

        async def run() -> None:
            async with store(server) as github:
                posted = await github.create(announcement())
                first = await github.upload(posted, files[0], [].append)
                assert await github.upload(posted, files[0], [].append) == first

        asyncio.run(run())


def test_a_half_upload_that_cannot_be_taken_away(files, monkeypatch):
    with github() as server:
        release = server.releases.create({"tag_name": "v1.2.0", "draft": True})
        server.releases.attach(release.id, files[0].name, "text/plain", b"half", whole=False)
        monkeypatch.setattr(server.releases, "detach", lambda _number: None)
        with pytest.raises(WherryError, match=r"HTTP 422 .*: Validation Failed: already_exists \(name\)$"):
            publish(server, announcement(), files)


def test_a_forge_that_keeps_something_else(files, monkeypatch):
    monkeypatch.setattr("github_state.kept_name", lambda name: f"x{name}")
    with (
        github() as server,
        pytest.raises(WherryError, match=r"GitHub has xacme_\S+ of .* and not what was"),
    ):
        publish(server, announcement(), files)


def test_a_name_that_would_not_be_kept(tmp_path):
    (file,) = uploads(tmp_path, {"acme_1.2.0~rc1_amd64.deb": b"x"})
    with github() as server, pytest.raises(WherryError, match="GitHub would not keep the name 'acme"):
        publish(server, announcement(), [file])


def test_a_file_that_is_gone(files):
    files[0].path.unlink()
    with github() as server, pytest.raises(WherryError, match=r"reading .*acme_1\.2\.0\.tar\.gz: No such file"):
        publish(server, announcement(), files)


@pytest.mark.parametrize("content", [b"shorter", b"longer" * 1_000_000], ids=["shorter", "longer"])
def test_a_file_that_changes_while_it_is_sent(files, content):
    files[0].path.write_bytes(content)
    cut = threading.Event()
    with github() as server:
        server.obeyed = lambda asked: cut.set() if "/assets" in asked.path and asked.method == "POST" else None
        with pytest.raises(WherryError, match=f"is no longer of {files[0].size} bytes: it changed while it was sent"):
            publish(server, announcement(), files)
        assert cut.wait(30)  # the server is not faster than we are in seeing that no more comes
        (release,) = server.releases.releases.values()
        assert [asset.state for asset in release.assets.values()] == ["starter"]
        assert publish(server, announcement(), uploads(files[0].path.parent))[1] == [*CONTENTS]
        assert released(server) == CONTENTS


def test_progress_begins_anew_with_another_attempt(files):
    with github(Fault("POST .*assets", HALF)) as server:

        async def run() -> list[int]:
            async with store(server) as github:
                posted = await github.create(announcement())
                steps: list[int] = []
                await github.upload(posted, files[0], steps.append)
                return steps

        steps = asyncio.run(run())
        assert steps.count(0) == 2
        assert steps[-1] == files[0].size
        last = steps[len(steps) - steps[::-1].index(0) :]
        assert last == sorted(last)
