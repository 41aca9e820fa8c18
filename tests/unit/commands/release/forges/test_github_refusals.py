"""What GitHub refuses, what is said of it, and what --dry-run says of the calls."""

from __future__ import annotations

import asyncio
import re

import pytest
from driving import CONTENTS, announcement, uploads
from github_driving import github, publish, released, store
from github_server import LOST, Fault, GitHubServer

from wherry.commands.release.forges.github_calls import Project
from wherry.errors import WherryError


@pytest.fixture
def files(tmp_path):
    return uploads(tmp_path)


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
