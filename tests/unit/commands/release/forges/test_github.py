"""Releases on a GitHub that keeps state as the real one does; its OpenAPI description judges each request."""

from __future__ import annotations

import asyncio
import hashlib
import re
from typing import Any

import pytest
from driving import CONTENTS, announcement, drive, uploads
from github_driving import github, store
from github_server import CLOSED, HALF, LOST, SHORT, Fault, GitHubServer

from wherry.commands.release.forges.github_calls import Project
from wherry.errors import WherryError


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path)


def publish(server: GitHubServer, wanted, files, **options: Any) -> tuple[str, list[str]]:
    async def run() -> tuple[str, list[str]]:
        async with store(server, **options) as github:
            return await drive(github, wanted, files)

    return asyncio.run(run())


def released(server: GitHubServer, tag: str = "v1.2.0") -> dict[str, bytes]:
    """What is published under ``tag``; there is no other release, and no half upload."""
    (release,) = server.releases.releases.values()
    assert (release.tag_name, release.draft, release.published) == (tag, False, 1)
    assert {asset.state for asset in release.assets.values()} == {"uploaded"}
    return {asset.name: asset.data for asset in release.assets.values()}


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


def test_a_name_that_would_not_be_kept(tmp_path):
    (file,) = uploads(tmp_path, {"acme_1.2.0~rc1_amd64.deb": b"x"})
    with github() as server, pytest.raises(WherryError, match="GitHub would not keep the name 'acme"):
        publish(server, announcement(), [file])


def test_a_file_that_grows_while_it_is_sent(files):
    files[0].path.write_bytes(b"shorter")
    with github() as server:
        with pytest.raises(WherryError, match=f"is no longer of {files[0].size} bytes: it changed while it was sent"):
            publish(server, announcement(), files)
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


def ready(server: GitHubServer, token: str) -> None:
    async def run() -> None:
        async with store(server, token=token) as github:
            await github.ready()

    asyncio.run(run())


@pytest.mark.parametrize("token", ["good-token", "app-token"])
def test_a_token_that_may_write(token):
    """An app's token, such as that of Actions, is told of no permission."""
    with github() as server:
        ready(server, token)
        assert {asked.method for asked in server.asked} == {"GET"}


@pytest.mark.parametrize(
    ("token", "words", "hint"),
    [
        (
            "no-token",
            r"GET http://127\.0\.0\.1:\d+/repos/acme/rocket: HTTP 401 Unauthorized: Bad credentials",
            "not va",
        ),
        ("reading-token", "the token may read acme/rocket, but not write to it", "`contents: write` in Actions"),
    ],
)
def test_a_token_that_may_not(token, words, hint):
    with github() as server:
        with pytest.raises(WherryError, match=f"^{words}$") as caught:
            ready(server, token)
        assert hint in (caught.value.hint or "")
        assert token not in f"{caught.value} {caught.value.hint}"


def test_a_repository_that_is_not_to_be_seen():
    with github() as server:
        server.repositories.clear()
        with pytest.raises(WherryError, match=r"HTTP 404 Not Found: Not Found$") as caught:
            ready(server, "good-token")
        assert caught.value.hint is not None
        assert caught.value.hint.startswith("to a token that may not see it, GitHub says that it is not there")


def test_a_repository_that_is_archived():
    with github() as server, pytest.raises(WherryError, match="acme/rocket is archived"):
        server.home.archived = True
        ready(server, "good-token")


def test_a_token_that_loses_its_right_on_the_way(files):
    with github() as server:
        words = r"POST http\S+/releases: HTTP 403 Forbidden: Resource not accessible by personal access token$"

        async def run() -> None:
            async with store(server, token="reading-token") as github:
                await github.create(announcement())

        with pytest.raises(WherryError, match=words) as caught:
            asyncio.run(run())
        assert "contents: write" in (caught.value.hint or "")


def test_a_refusal_is_told_in_the_forge_s_words(files):
    with github() as server:
        server.releases.create({"tag_name": "v1.2.0"})

        async def run() -> None:
            async with store(server) as github:
                await github.create(announcement())

        words = r"POST http\S+/releases: HTTP 422 Unprocessable Entity: Validation Failed: already_exists \(tag_name\)$"
        with pytest.raises(WherryError, match=words):
            asyncio.run(run())


def test_a_release_that_cannot_be_changed_any_more(files):
    """Publishing it again does nothing; another file is refused, with what to do."""
    with github() as server:
        server.releases.immutable = True
        url, _ = publish(server, announcement(), files)
        assert publish(server, announcement(notes="Reworded"), files) == (url, [])
        assert released(server) == CONTENTS
        (release,) = server.releases.releases.values()
        assert (release.immutable, release.body) == (True, "Reworded")
        (more,) = uploads(files[0].path.parent, {"more.txt": b"more"})
        with pytest.raises(WherryError, match=r"Cannot upload assets to an immutable release\.$") as caught:
            publish(server, announcement(), [more])
        assert "make another version" in (caught.value.hint or "")

        async def remove() -> None:
            async with store(server) as github:
                posted = await github.find("v1.2.0")
                await github.remove(posted, posted.assets[0])

        with pytest.raises(WherryError, match="Cannot delete asset from an immutable release") as caught:
            asyncio.run(remove())
        assert "make another version" in (caught.value.hint or "")


def test_what_is_gone_needs_no_removing(files):
    with github(Fault("DELETE", LOST)) as server:

        async def run() -> None:
            async with store(server) as github:
                posted = await github.create(announcement())
                asset = await github.upload(posted, files[0], [].append)
                await github.remove(posted, asset)
                await github.remove(posted, asset)
                assert (await github.find("v1.2.0")).assets == ()

        asyncio.run(run())


def test_a_repository_that_was_renamed(files):
    """To make something there is refused rather than followed: as a GET it would pass for done."""
    moved = Fault("POST .*/releases$", 301, headers={"Location": "/repos/acme/other/releases"})
    with github(moved) as server:
        with pytest.raises(WherryError, match=r"redirected \(HTTP 301\) to .*, and not as a POST") as caught:
            publish(server, announcement(), files)
        assert "renamed" in (caught.value.hint or "")
        assert server.releases.releases == {}


def test_what_would_be_called_is_what_is(files):
    """--dry-run names each request that a first run makes, but those that find out what was lost."""
    with github() as server:

        async def lines() -> list[str]:
            async with store(server) as github:
                return [*github.calls(announcement(), files)]

        shown = asyncio.run(lines())
        assert server.asked == []
        publish(server, announcement(), files)
        told = {line.partition(" (")[0].replace(f" {server.api}", " ") for line in shown}
        numbered = {line.replace("{release_id}", "1").replace("{asset_id}", "N") for line in told}
        sent = {re.sub(r"/assets/\d+$", "/assets/N", each.line) for each in server.asked if each.origin != "storage"}
        assert numbered == sent


def test_the_places_of_a_github_of_one_s_own():
    for api, uploads_at in {
        "https://api.github.com": "https://uploads.github.com",
        "https://api.acme.ghe.com": "https://uploads.acme.ghe.com",
        "https://git.acme.dev/api/v3": "https://git.acme.dev/api/uploads",
    }.items():
        project = Project(api, "acme", "rocket")
        template = f"{uploads_at}/repos/acme/rocket/releases/7/assets{{?name,label}}"
        assert project.upload_template("7") == template
        assert project.upload(template, "a+b.deb").url == template.replace("{?name,label}", "?name=a%2Bb.deb")
