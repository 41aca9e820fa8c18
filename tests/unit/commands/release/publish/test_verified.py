"""What `publish` makes, `verify` finds whole, and minisign signed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from made import Project

MORE = "signs: [{artifacts: all}]\nrelease: {directory: store, download_url: 'https://dl.acme.test/{{ .Tag }}'}\n"


def wherry(folder, *arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", "wherry", "release", *arguments],
        cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("release")
        patch.setenv("GIT_CEILING_DIRECTORIES", str(folder))
        project = Project(folder / "acme", MORE)
        project.build()
        assert wherry(folder, "key", str(folder / "signer")).returncode == 0
        done = wherry(project.folder, "publish", WHERRY_SIGNING_KEY=(folder / "signer.key").read_text())
        assert done.returncode == 0, done.stderr
        yield project.folder / "store" / "v1.2.3", folder / "signer.pub"


def test_it_is_whole_and_signed(published):
    release, key = published
    done = wherry(
        release, "verify", str(release), "--public-key", str(key), "--require", "provenance", "--require", "sbom"
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("minisign"), reason="minisign is not installed")
def test_minisign_says_so_too(published):
    release, key = published
    signatures = [*release.glob("*.minisig")]
    assert len(signatures) == 14
    for signature in signatures:
        command = ["minisign", "-V", "-q", "-p", str(key), "-m", str(signature.with_suffix(""))]
        assert subprocess.run(command, check=False).returncode == 0, signature.name


def test_a_byte_in_any_file_is_found(published, tmp_path):
    release, key = published
    for path in sorted(release.iterdir()):
        copy = tmp_path / path.name
        shutil.copytree(release, copy)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        (copy / path.name).write_bytes(data)
        done = wherry(tmp_path, "verify", "--public-key", str(key), str(copy))
        assert done.returncode == 1, f"{path.name}: {done.stdout}"
        shutil.rmtree(copy)
