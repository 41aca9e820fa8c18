"""A server that is GitHub's like, and stores and repositories that speak to it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

from driving import drive
from github_server import GitHubServer

from wherry.commands.release.forges.calling import Caller
from wherry.commands.release.forges.github import HINTS, GitHub, headers
from wherry.commands.release.forges.github_calls import Project
from wherry.core.network import NetworkSettings
from wherry.core.retry import RetryPolicy
from wherry.core.scope import Scope
from wherry.net.http import Client
from wherry.net.network import Network

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from github_server import Fault

    from wherry.commands.release.forges.store import Announcement, Upload


@contextmanager
def github(*faults: Fault, page: int = 100) -> Iterator[GitHubServer]:
    """A server; at its end nothing that it was asked for or said is against GitHub's description."""
    server = GitHubServer()
    server.faults += faults
    server.page = page
    try:
        yield server
    finally:
        server.close()
    assert not server.wrong, "\n".join(server.wrong)


@asynccontextmanager
async def calling(
    server: GitHubServer, *, token: str = "good-token", retries: int = 3, said: list[str] | None = None
) -> AsyncIterator[Caller]:
    """Attempts follow each other without a wait."""
    async with Client(Network(NetworkSettings(trust_env=False), {})) as client:
        yield Caller(
            client, Scope(), headers=headers(token), policy=RetryPolicy(retries=retries, base_s=0.0), timeout_s=60.0,
            say=(said if said is not None else []).append, hints=HINTS,
        )  # fmt: skip


@asynccontextmanager
async def store(
    server: GitHubServer, *, token: str = "good-token", retries: int = 3, said: list[str] | None = None
) -> AsyncIterator[GitHub]:
    said = said if said is not None else []
    async with calling(server, token=token, retries=retries, said=said) as caller:
        yield GitHub(caller, Project(server.api, server.home.owner, server.home.name), said.append)


def publish(
    server: GitHubServer, wanted: Announcement, files: Sequence[Upload], **options: Any
) -> tuple[str, list[str]]:
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
