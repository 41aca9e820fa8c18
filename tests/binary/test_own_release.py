"""wherry's own release, made by itself from release.yml, and installed as the README says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

HOME = Path(__file__).parents[2]
README = (HOME / "README.md").read_text("utf-8")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the files are made on the system that they are for")


def run(command: list[str], **environ: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command, cwd=HOME, env={**os.environ, **environ}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def release(binary, tmp_path_factory) -> Path:
    """The folder with all files of a snapshot, for the system that this is."""
    dist = tmp_path_factory.mktemp("own") / "dist"
    run([str(binary), "release", "build", "--snapshot", "--out", str(dist)])
    run([str(binary), "release", "publish", "--snapshot", "--dry-run", "--parts", str(dist)])
    (folder,) = [path for path in dist.iterdir() if path.is_dir()]
    return folder


@pytest.fixture
def url(release) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=release)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_is_whole(binary, release):
    said = run([str(binary), "release", "verify", str(release)]).stdout
    assert "SHA256SUMS" in said


def test_the_line_of_the_readme(release, url, grounds):
    """By somebody without rights, in an empty home."""
    (line,) = re.findall(r"^    (curl .*)$", README, re.MULTILINE)
    assert line.endswith("| sh")
    line = line.replace("$RELEASES/latest/download", url)
    home = grounds / "home"
    home.mkdir()
    nobody = {}
    if os.geteuid() == 0:
        os.chown(home, 65534, 65534)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    environ = {"PATH": os.environ["PATH"], "HOME": str(home), "WHERRY_INSTALL_URL": url}
    done = subprocess.run(
        ["sh", "-c", line], env=environ, cwd=home, capture_output=True, text=True, check=False, timeout=120, **nobody
    )
    assert done.returncode == 0, done.stderr
    installed = home / ".local" / "bin" / "wherry"
    version = subprocess.run([str(installed), "version"], env=environ, capture_output=True, text=True, **nobody)
    assert version.stdout.startswith("wherry "), version.stderr
    names = [path.name for path in release.iterdir()]
    (program,) = [name for name in names if re.fullmatch(r"wherry_.*_linux_(amd64|arm64)", name)]
    assert installed.read_bytes() == (release / program).read_bytes()


def test_its_packages(release, tmp_path):
    (deb,) = release.glob("*.deb")
    root = tmp_path / "root"
    run(["dpkg-deb", "--extract", str(deb), str(root)])
    assert (root / "usr/share/bash-completion/completions/wherry").is_file()
    assert subprocess.run([str(root / "usr/bin/wherry"), "version"], capture_output=True, check=False).returncode == 0
    if shutil.which("rpm"):
        (rpm,) = release.glob("*.rpm")
        assert "/usr/bin/wherry" in run(["rpm", "-qlp", str(rpm)]).stdout
