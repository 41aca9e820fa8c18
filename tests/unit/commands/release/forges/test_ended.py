"""A run that is ended anywhere, and another after it: the outcome is that of one run, and nothing is there twice."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import gitea_server
import gitlab_server
import pytest
from driving import CONTENTS, announcement, drive, uploads
from gitea_server import Gitea
from gitlab_server import GitLab
from small_server import calling, serving
from test_put import Shelf

from wherry.commands.release.forge import Forge
from wherry.commands.release.forges import gitea_calls, gitlab_project, put
from wherry.commands.release.forges.gitea import GiteaStore
from wherry.commands.release.forges.gitlab import GitLabStore
from wherry.commands.release.forges.put import PutStore


class OnGitLab:
    def __init__(self) -> None:
        self.state = GitLab(role=40)
        self.headers = gitlab_project.headers(gitlab_server.TOKEN, job=False)

    def store(self, caller, url):
        return GitLabStore(
            caller, Forge("gitlab", "acme/tools", "app", "https://gitlab.test", f"{url}/api/v4"), job=False
        )

    def outcome(self):
        releases = [
            (tag, each["name"], each["description"], [link["name"] for link in each["links"]])
            for tag, each in self.state.releases.items()
        ]
        return sorted((each.name, each.data) for each in self.state.files), list(self.state.packages.values()), releases


class OnGitea:
    def __init__(self) -> None:
        self.state = Gitea()
        self.headers = gitea_calls.headers(gitea_server.TOKEN)

    def store(self, caller, url):
        return GiteaStore(caller, Forge("gitea", "acme", "app", "https://gitea.test", f"{url}/api/v1"))

    def outcome(self):
        return [
            (each.tag, each.words, sorted((file.name, file.data) for file in each.attachments))
            for each in self.state.releases
        ]


class OnShelf:
    def __init__(self) -> None:
        self.state = Shelf(folders=True)
        self.headers = put.headers(None, "secret-token")

    def store(self, caller, url):
        return PutStore(caller, url, list(CONTENTS), {"SHA256SUMS"})

    def outcome(self):
        return self.state.files, self.state.folders


async def run(place, files, last_step):
    """Whether it came to its end before ``last_step``; then another run, which does."""
    async with serving(place.state) as server, calling(*place.headers) as caller:
        task = asyncio.create_task(drive(place.store(caller, server.url), announcement(), files))
        steps = 0

        def step():
            nonlocal steps
            steps += 1
            if steps == last_step:
                task.cancel()

        server.watch = step
        with suppress(asyncio.CancelledError):
            await task
        server.watch = None
        await drive(place.store(caller, server.url), announcement(), files)
        assert (await drive(place.store(caller, server.url), announcement(), files))[1] == []
        return not task.cancelled()


@pytest.mark.parametrize("kind", [OnGitLab, OnGitea, OnShelf])
def test_ended_at_any_request(tmp_path, kind):
    files = uploads(tmp_path / "dist", {name: data[:1000] for name, data in CONTENTS.items()})
    whole, last_step = kind(), 0
    assert asyncio.run(run(whole, files, None))
    while True:
        place, last_step = kind(), last_step + 1
        if asyncio.run(run(place, files, last_step)):
            break
        assert place.outcome() == whole.outcome(), last_step
    assert last_step > 20
