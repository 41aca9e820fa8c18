"""A run that is killed at any of its calls, and run again, ends with the same release, and nothing is there twice."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from driving import CONTENTS, announcement, drive, uploads
from github_driving import github, store
from github_server import CLOSED, HALF, LOST, SHORT, Fault
from hypothesis import given, settings
from hypothesis import strategies as st

from wherry.errors import WherryError

if TYPE_CHECKING:
    from github_server import GitHubServer
    from github_wire import Asked

# So many calls has a whole run; a test below holds it, so that each is tried.
CALLS = 15
UPLOADS = len(CONTENTS)


class Death:
    """Ends a task from the server's side: at once, with the request that it made without an answer."""

    def __init__(self, pattern: str, kind: str, nth: int) -> None:
        self.fault = Fault(pattern, kind, nth)
        self.happened = False
        self._count = Fault(pattern, kind, nth)
        self._ended = threading.Event()

    async def await_(self, coroutine) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(coroutine)
        await asyncio.wait([self._task])
        self._ended.set()
        if not self._task.cancelled():
            self._task.result()

    def strike(self, asked: Asked) -> None:
        if self._count.strikes(asked.line):
            self.happened = True
            self._loop.call_soon_threadsafe(self._task.cancel)
            assert self._ended.wait(30)


async def run(server: GitHubServer, files, retries: int = 3) -> list[str]:
    async with store(server, retries=retries) as github:
        return (await drive(github, announcement(), files))[1]


@pytest.mark.parametrize(
    ("pattern", "kind", "nth"),
    [
        *(pytest.param("", CLOSED, n, id=f"before-call-{n}") for n in range(1, CALLS + 1)),
        *(pytest.param("", LOST, n, id=f"after-call-{n}") for n in range(1, CALLS + 1)),
        *(pytest.param("POST .*assets", HALF, n, id=f"in-upload-{n}") for n in range(1, UPLOADS + 1)),
    ],
)
def test_killed_and_run_again(tmp_path, pattern, kind, nth):
    files = uploads(tmp_path)
    death = Death(pattern, kind, nth)
    with github(death.fault, page=2) as server:
        hook = "arrived" if kind == CLOSED else "obeyed"
        setattr(server, hook, death.strike)
        asyncio.run(death.await_(run(server, files)))
        assert death.happened
        whole = {asset.name for asset in _assets(server) if asset.state == "uploaded"}

        setattr(server, hook, lambda _asked: None)
        sent = asyncio.run(run(server, files))

        assert sent == [name for name in CONTENTS if name not in whole]
        (release,) = server.releases.releases.values()
        assert (release.tag_name, release.draft, release.published) == ("v1.2.0", False, 1)
        assert sorted(asset.name for asset in release.assets.values()) == sorted(CONTENTS)
        assert {asset.name: asset.data for asset in release.assets.values()} == CONTENTS


def test_so_many_calls_has_a_run(tmp_path):
    with github(page=2) as server:
        asyncio.run(run(server, uploads(tmp_path)))
        assert len(server.asked) == CALLS


# 429 says that nothing was done, 500 and 503 say nothing.
KINDS = [(kind, False) for kind in (CLOSED, LOST, SHORT, HALF, 429, 500, 503)] + [(500, True), (503, True)]
FAULTS = st.builds(
    lambda pattern, kind, nth: Fault(pattern, kind[0], nth, after=kind[1]),
    st.sampled_from(["GET", "POST", "PATCH", "DELETE", "assets", "sig", ""]),
    st.sampled_from(KINDS),
    st.integers(1, CALLS),
)


@given(st.lists(FAULTS, max_size=4), st.integers(0, 2), st.sampled_from([1, 2, 100]))
@settings(max_examples=30)
def test_whatever_goes_wrong(tmp_path_factory, faults, retries, page):
    """Runs that give up are run again; each fault strikes once, so that one of five comes through."""
    files = uploads(tmp_path_factory.mktemp("files"))
    with github(*faults, page=page) as server:
        for _ in range(5):
            with suppress(WherryError):
                asyncio.run(run(server, files, retries))
                break
        (release,) = server.releases.releases.values()
        assert (release.draft, release.published) == (False, 1)
        assert [(asset.name, asset.state) for asset in release.assets.values()] == [(n, "uploaded") for n in CONTENTS]
        assert {asset.name: asset.data for asset in release.assets.values()} == CONTENTS


def _assets(server: GitHubServer):
    return [asset for release in server.releases.releases.values() for asset in release.assets.values()]
