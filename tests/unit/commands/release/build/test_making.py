"""Whole builds of a program that is there already, for any system."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile

import pytest
from elf_files import elf

from wherry.commands.release.build.making import Asked, build
from wherry.commands.release.inventory import Distribution, Inventory
from wherry.errors import NotMet, UsageError, WherryError

RELEASE = """\
version: 1
project_name: acme
builds:
  - {builder: prebuilt, prebuilt: {path: out}, targets: [linux_amd64], glibc_max: "2.28"}
archives: [{files: []}]
nfpms: [{formats: [deb, rpm], maintainer: "Ada <ada@acme.test>", description: Says hello}]
"""


@pytest.fixture(autouse=True)
def alone(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def project(folder, *, release=RELEASE, glibc="GLIBC_2.17"):
    (folder / "out" / "_internal").mkdir(parents=True)
    (folder / "out" / "acme").write_bytes(elf([("libc.so.6", [glibc])]))
    (folder / "out" / "_internal" / "lib.so").symlink_to("../acme")
    (folder / "pyproject.toml").write_text("[project]\nname = 'acme'\nversion = '1.2.3'\n")
    (folder / "release.yml").write_text(release)
    return folder


def make(folder, *, debug=False):
    said = []
    asked = Asked(str(folder / "release.yml"), "linux_amd64", snapshot=False, out=str(folder / "dist"), debug=debug)
    return build(asked, said.append, said.append), said


def test_a_folder(tmp_path):
    part, said = make(project(tmp_path))
    assert [each.name for each in part.artifacts] == [
        "acme_1.2.3_linux_amd64.tar.gz",
        "acme_1.2.3_linux_amd64.deb",
        "acme_1.2.3_linux_amd64.rpm",
    ]
    assert (part.release, part.tag, part.builds[0].glibc) == ("1.2.3", "v1.2.3", "2.17")
    assert said[0] == "acme: glibc 2.17 is the newest that it needs, 2.28 is allowed"
    with tarfile.open(tmp_path / "dist" / part.artifacts[0].name) as archive:
        assert archive.getnames() == ["acme/_internal/lib.so", "acme/acme"]
        assert archive.getmember("acme/_internal/lib.so").linkname == "../acme"
    assert json.loads((tmp_path / "dist" / "part-linux_amd64.json").read_bytes())["target"] == "linux_amd64"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dist", "out", "pyproject.toml", "release.yml"]


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg is not installed")
def test_the_deb_depends_on_the_glibc_that_its_program_needs(tmp_path):
    part, _ = make(project(tmp_path, glibc="GLIBC_2.25"))
    deb = next(each.name for each in part.artifacts if each.format == "deb")
    command = ["dpkg-deb", "--field", tmp_path / "dist" / deb, "Depends"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "libc6 (>= 2.25)\n"


def test_the_same_bytes_anywhere_and_any_time(tmp_path):
    one, two = project(tmp_path / "one"), project(tmp_path / "two" / "deeper")
    os.utime(two / "out" / "acme", (1, 1))
    assert make(one)[0] == make(two)[0]
    for file in (one / "dist").iterdir():
        assert file.read_bytes() == (two / "dist" / file.name).read_bytes(), file.name


def test_the_time_is_that_of_the_commit(tmp_path):
    project(tmp_path)
    stamp = {"GIT_AUTHOR_DATE": "1700000000 +0200", "GIT_COMMITTER_DATE": "1700000000 +0200"}
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@acme.test"]
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *command], cwd=tmp_path, env={**os.environ, **stamp}, check=True)
    part, _ = make(tmp_path)
    assert part.epoch_s == 1700000000
    assert len(part.commit) == 40


def test_what_is_in_it_by_its_own_inventory(tmp_path):
    release = RELEASE.replace("path: out", "path: out, inventory: 'made_{{ .Os }}.json'")
    project(tmp_path, release=release)
    with pytest.raises(WherryError, match=r"build acme: prebuilt\.inventory: .*made_linux\.json: No such file"):
        make(tmp_path)
    (tmp_path / "made_linux.json").write_text('{"distributions": [{"name": "dep", "version": 1}]}')
    with pytest.raises(
        UsageError, match=r"made_linux\.json: Expected `str`, got `int` - at `\$\.distributions\[0\]\.version`"
    ):
        make(tmp_path)
    (tmp_path / "made_linux.json").write_text('{"distributions": [{"name": "dep", "version": "1"}]}')
    (program,) = make(tmp_path)[0].builds
    assert program.inventory == Inventory((Distribution("dep", "1"),))
    assert (program.folder, [each.path for each in program.files]) == (True, ["acme"])


def test_a_glibc_that_is_too_new(tmp_path):
    project(tmp_path, glibc="GLIBC_2.36")
    with pytest.raises(NotMet, match=r"build acme: acme needs GLIBC_2\.36, and glibc_max is 2\.28$"):
        make(tmp_path)
    assert not (tmp_path / "dist").exists()


def test_a_folder_is_no_binary(tmp_path):
    project(tmp_path, release=RELEASE.replace("files: []", "formats: [tar.gz, binary]"))
    with pytest.raises(WherryError, match="acme is a folder, and the format binary is one file"):
        make(tmp_path)
    assert not (tmp_path / "dist").exists()


@pytest.mark.parametrize("debug", [True, False])
def test_what_a_failed_build_made_is_kept_for_debug(tmp_path, debug):
    project(
        tmp_path, release=RELEASE.replace("files: []", "files: [no-such]")[:-1] + "\nbefore: {hooks: [git version]}\n"
    )
    with pytest.raises(WherryError, match="no-such: no such file"):
        make(tmp_path, debug=debug)
    assert bool(list(tmp_path.glob(".dist-*/made"))) is debug


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on the size of files stands for a full disk")
def test_a_full_disk_is_one_line(tmp_path):
    folder = project(tmp_path)
    (folder / "out" / "big").write_bytes(os.urandom(300_000))
    limited = "ulimit -f 100; trap '' XFSZ; exec \"$@\""
    command = ["bash", "-c", limited, "bash", sys.executable, "-B", "-m", "wherry", "release", "build"]
    done = subprocess.run(
        [*command, "-q", "--target", "linux_amd64"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr == "wherry: release: build: packing acme_1.2.3_linux_amd64.tar.gz: File too large\n"
    assert sorted(path.name for path in folder.iterdir()) == ["out", "pyproject.toml", "release.yml"]
