"""A whole release, from the parts to the place."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest
from made import TARGETS, Project

DIRECTORY = "release: {directory: store, download_url: 'https://dl.acme.test/{{ .Tag }}'}\n"
FILES = [
    "SHA256SUMS",
    "acme-1.2.3.tar.gz",
    "acme_1.2.3.intoto.json",
    "acme_1.2.3_linux_amd64.cdx.json",
    "acme_1.2.3_linux_amd64.spdx.json",
    "acme_1.2.3_linux_amd64.tar.gz",
    "acme_1.2.3_linux_arm64.cdx.json",
    "acme_1.2.3_linux_arm64.spdx.json",
    "acme_1.2.3_linux_arm64.tar.gz",
    "acme_1.2.3_windows_amd64.cdx.json",
    "acme_1.2.3_windows_amd64.spdx.json",
    "acme_1.2.3_windows_amd64.zip",
    "install.ps1",
    "install.sh",
]


@pytest.fixture
def project(tmp_path):
    made = Project(tmp_path / "acme", DIRECTORY)
    made.build()
    return made


def publish(project, *arguments, **variables):
    return subprocess.run(
        [sys.executable, "-m", "wherry", "release", "publish", *arguments],
        cwd=project.folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_into_a_folder(project):
    done = publish(project, "-o", "json")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        0,
        f"wherry: release: publish: published: {project.folder / 'store' / 'v1.2.3'}",
    )
    store = project.folder / "store" / "v1.2.3"
    assert sorted(digests(store)) == FILES
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=store, capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stdout
    document = json.loads(done.stdout)
    assert {file["name"]: file["sha256"] for file in document["files"]} == digests(store)
    assert {file["action"] for file in document["files"]} == {"upload"}
    assert (document["version"], document["tag"], document["url"]) == ("1.2.3", "v1.2.3", str(store))
    assert not list(project.dist.glob("publish-*.json"))


def test_again(project):
    publish(project)
    before = digests(project.folder / "store" / "v1.2.3")
    done = publish(project, "-o", "json")
    assert done.returncode == 0
    assert {file["action"] for file in json.loads(done.stdout)["files"]} == {"keep"}
    assert digests(project.folder / "store" / "v1.2.3") == before


def test_two_machines_make_the_same_files(project, tmp_path):
    publish(project)
    other = Project(tmp_path / "other" / "acme", DIRECTORY)
    other.build()
    publish(other)
    assert digests(other.folder / "store" / "v1.2.3") == digests(project.folder / "store" / "v1.2.3")


def test_what_would_be_done(project):
    done = publish(project, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert not (project.folder / "store").exists()
    assert sorted(digests(project.dist / "1.2.3")) == FILES
    assert "acme_1.2.3_windows_amd64.zip" in done.stdout


def test_a_target_that_nobody_built(project):
    (project.dist / "part-linux_arm64.json").unlink()
    done = publish(project)
    assert (done.returncode, done.stderr.splitlines()) == (
        2,
        [
            "wherry: release: publish: no part for linux_arm64 is in dist",
            "  hint: `wherry release build --target linux_arm64` makes it",
        ],
    )
    done = publish(project, "--dry-run")
    assert done.returncode == 0
    assert "no part for linux_arm64 is in dist" in done.stderr
    assert not any("arm64" in name for name in digests(project.dist / "1.2.3"))


@pytest.mark.parametrize(("built", "script"), [("linux_amd64", "install.sh"), ("windows_amd64", "install.ps1")])
def test_a_script_for_systems_that_nobody_built_for_is_left_out(tmp_path, built, script):
    project = Project(tmp_path / "acme", DIRECTORY)
    project.build(built)
    project.prepare(dry_run=True)
    assert [name for name in digests(project.dist / "1.2.3") if name.startswith("install")] == [script]


def test_a_snapshot_is_published_nowhere(project):
    done = publish(project, "--snapshot")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2, "wherry: release: publish: a snapshot is published nowhere",
    )  # fmt: skip


def test_what_is_missing_is_said_at_once(tmp_path):
    project = Project(tmp_path / "acme", "signs: [{}, {cmd: no-such-signer, args: ['${artifact}', '${signature}']}]\n")
    project.build()
    done = publish(project)
    assert done.returncode == 2
    nowhere = "no repository is named, and the git remote origin is on no forge that is known"
    assert [line.removeprefix("wherry: release: publish: ") for line in done.stderr.splitlines()] == [
        f"missing: destination release: {nowhere}",
        "missing: credential WHERRY_SIGNING_KEY: the secret key for signs[0]",
        "missing: tool no-such-signer: the cmd of signs[1] is not on the PATH",
        f"destination release is missing, {nowhere}",
    ]
    assert not (project.dist / "1.2.3").exists()


def test_a_name_that_github_would_change(tmp_path):
    more = "release: {github: {owner: a, name: b}}\nchecksum: {name_template: 'SUMS~1'}\n"
    project = Project(tmp_path / "acme", more)
    project.build("linux_amd64")
    done = publish(project, "--dry-run")
    assert (done.returncode, done.stderr.splitlines()[-2]) == (
        2,
        "wherry: release: publish: checksum.name_template: SUMS~1: GitHub makes dots of some characters of a"
        " file's name",
    )


def test_a_stranger_in_the_folder(project):
    (project.dist / "1.2.3").mkdir()
    (project.dist / "1.2.3" / "old.tar.gz").write_bytes(b"")
    done = publish(project)
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2, "wherry: release: publish: dist/1.2.3/old.tar.gz is no file of this release",
    )  # fmt: skip


def test_notes_are_the_changelog_or_what_somebody_wrote(project):
    assert project.prepare(dry_run=True).wanted.notes.startswith("## Changelog\n\n* ")
    (project.folder / "NOTES.md").write_text("Look here.\n")
    assert project.prepare(dry_run=True, notes=str(project.folder / "NOTES.md")).wanted.notes == "Look here.\n"


def test_the_order_of_files(project):
    prepared = project.prepare(dry_run=True)
    assert [file.name for file in prepared.files][-2:] == ["acme_1.2.3.intoto.json", "SHA256SUMS"]
    assert prepared.last == {"SHA256SUMS"}
    assert {part for name in TARGETS for part in [name] if any(name in file.name for file in prepared.files)} == {
        *TARGETS
    }


SIGNER = """\
#!/bin/sh
printf 'signed %s at %s\\n' "$(sha256sum < "$1")" "$(cat /proc/sys/kernel/random/uuid)" > "$2"
"""


def test_a_program_signs_once_for_the_same_file(tmp_path):
    project = Project(
        tmp_path / "acme",
        DIRECTORY + "signs: [{cmd: ./sign, args: ['${artifact}', '${signature}']}]\n",
    )
    (project.folder / "sign").write_text(SIGNER)
    (project.folder / "sign").chmod(0o755)
    project.build()
    project.prepare(dry_run=True)
    first = (project.dist / "1.2.3" / "SHA256SUMS.sig").read_text()
    project.prepare(dry_run=True)
    assert (project.dist / "1.2.3" / "SHA256SUMS.sig").read_text() == first
    (project.folder / "NOTICE").write_text("more")
    project.git("add", "NOTICE", "sign")
    project.git("commit", "--quiet", "--message", "more")
    project.git("tag", "--force", "v1.2.3")
    project.build()
    project.prepare(dry_run=True)
    assert (project.dist / "1.2.3" / "SHA256SUMS.sig").read_text() != first
