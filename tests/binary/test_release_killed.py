"""`wherry release publish` against a GitHub that keeps state, killed at any of its calls and run again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

_UNIT = Path(__file__).parents[1] / "unit" / "commands" / "release"
for _folder in ("forges", "publish"):
    sys.path.insert(0, str(_UNIT / _folder))

from github_driving import github  # noqa: E402  found by what stands above
from made import Project  # noqa: E402

if TYPE_CHECKING:
    from github_server import GitHubServer
    from github_wire import Asked

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of Unix")

TARGET = "linux_amd64"
FILE = """\
version: 1
project_name: rocket
builds:
- {builder: prebuilt, targets: [linux_amd64], prebuilt: {path: out/acme_amd64}}
homebrew_formulas: [{repository: {owner: acme, name: homebrew-tap}, homepage: "https://acme.test", license: MIT}]
release: {github: {owner: acme, name: rocket}}
"""
FILES = ["SHA256SUMS", "rocket_1.2.3.intoto.json", "rocket_1.2.3_linux_amd64.tar.gz"]
# So many calls has a whole run, and a test holds it, so that each is tried.
CALLS = 24


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Project:
    """A repository with a tag, and its part."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("release")
        patch.setenv("GIT_CEILING_DIRECTORIES", str(folder))
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        made = Project(folder / "rocket")
        made.file.write_text(FILE)
        made.git("commit", "--quiet", "--all", "--amend", "--no-edit")
        made.git("tag", "--force", "v1.2.3")
        made.build(TARGET)
    return made


class Publisher:
    """Runs the executable on the project, against a server."""

    def __init__(self, wherry, project: Project, server: GitHubServer) -> None:
        self._wherry = wherry
        self._project = project
        self._server = server
        tap = server.add("acme", "homebrew-tap")
        tap.seed({"README.md": b"A tap.\n"})
        self._file = project.folder / "publish.yml"
        self._file.write_text(f"{FILE}github_urls: {{api: '{server.api}'}}\n")
        for journal in project.dist.glob("publish-*.json"):
            journal.unlink()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environ = {**self._wherry.environ, "GITHUB_TOKEN": "good-token", "GIT_CEILING_DIRECTORIES": "/"}
        command = [str(self._wherry.path), "release", "publish", "--file", str(self._file), *arguments]
        return subprocess.Popen(
            command, cwd=self._project.folder, env=environ, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        """To the end, which is good; what it said."""
        process = self.start(*arguments)
        out, said = process.communicate(timeout=60)
        assert (process.returncode, out) == (0, ""), said
        return said


def check(server: GitHubServer, project: Project) -> None:
    """There is one release with each file once, whole and as it was made, and one commit in the tap."""
    (release,) = server.releases.releases.values()
    assert (release.tag_name, release.draft, release.published) == ("v1.2.3", False, 1)
    assets = {asset.name: asset.data for asset in release.assets.values()}
    made = project.dist / "1.2.3"
    assert assets == {name: (made / name).read_bytes() for name in FILES}
    assert len(release.assets) == len(FILES)
    tap = server.repositories["acme/homebrew-tap"]
    assert tap.history("main") == ["rocket 1.2.3", "by hand"]
    formula = tap.files("main")["Formula/rocket.rb"].decode()
    assert "/releases/download/v1.2.3/rocket_1.2.3_linux_amd64.tar.gz" in formula
    assert not list(project.dist.glob("publish-*.json"))


def test_how_many_calls_there_are(wherry, project):
    with github() as server:
        Publisher(wherry, project, server).run()
        check(server, project)
        assert len(server.asked) == CALLS, "\n".join(server.lines)


class Killer:
    """Ends the process that it is given at the ``nth`` request, before that gets an answer."""

    def __init__(self, nth: int) -> None:
        self._left = nth
        self._lock = threading.Lock()
        self._given = threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def take(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._given.set()

    def __call__(self, _asked: Asked) -> None:
        assert self._given.wait(60)
        with self._lock:
            self._left -= 1
            if self._left == 0 and self._process is not None:
                os.kill(self._process.pid, signal.SIGKILL)
                self._process.wait()


@pytest.mark.parametrize("nth", range(1, CALLS + 1))
@pytest.mark.parametrize("hook", ["arrived", "obeyed"])
def test_killed_at_any_call_and_run_again(wherry, project, hook, nth):
    with github() as server:
        publisher = Publisher(wherry, project, server)
        killer = Killer(nth)
        setattr(server, hook, killer)
        process = publisher.start()
        killer.take(process)
        process.communicate(timeout=60)
        assert process.returncode == -signal.SIGKILL
        setattr(server, hook, lambda _asked: None)
        publisher.run("--resume")
        check(server, project)
