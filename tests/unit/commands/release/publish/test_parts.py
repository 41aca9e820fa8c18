"""Parts that several machines made, merged."""

from __future__ import annotations

import json
import shutil

import pytest
from made import TARGETS, Project

from wherry.commands.release.publish.parts import Wanted, merge
from wherry.commands.release.run import plan
from wherry.errors import WherryError


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("acme")
        patch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
        project = Project(folder)
        project.build()
    return project


@pytest.fixture
def dist(built, tmp_path):
    shutil.copytree(built.dist, tmp_path / "dist")
    return tmp_path / "dist"


@pytest.fixture
def wanted(built):
    found = plan(str(built.file), snapshot=False)
    return Wanted("acme", "1.2.3", found.commit, TARGETS, found.artifacts)


def test_all_of_them(dist, wanted):
    merged = merge(dist, wanted)
    assert [part.target for part in merged.parts] == [*TARGETS]
    assert sorted(merged.files) == [
        "acme_1.2.3_linux_amd64.tar.gz",
        "acme_1.2.3_linux_arm64.tar.gz",
        "acme_1.2.3_windows_amd64.zip",
    ]
    assert merged.absent == ()


def test_each_in_a_folder_of_its_own(dist, wanted):
    for target in TARGETS:
        (dist / f"part-{target}").mkdir()
        for file in [*dist.glob(f"*{target}*.*")]:
            file.rename(dist / f"part-{target}" / file.name)
    assert len(merge(dist, wanted).files) == 3


def test_what_is_not_there(dist, wanted):
    (dist / "part-linux_arm64.json").unlink()
    assert merge(dist, wanted).absent == ("linux_arm64",)


def change(dist, **changes):
    path = dist / "part-linux_amd64.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def spoil(dist):
    (dist / "acme_1.2.3_linux_amd64.tar.gz").write_bytes(b"other")


def double(dist):
    (dist / "more").mkdir()
    shutil.copy(dist / "part-linux_amd64.json", dist / "more")


def without(dist):
    change(dist, artifacts=[])


def more(dist):
    path = dist / "part-linux_amd64.json"
    document = json.loads(path.read_text())
    document["artifacts"].append({**document["artifacts"][0], "name": "extra"})
    path.write_text(json.dumps(document))


def empty(dist):
    shutil.rmtree(dist)
    dist.mkdir()


@pytest.mark.parametrize(
    "harm, words",
    [
        (spoil, r"acme_1\.2\.3_linux_amd64\.tar\.gz is not the file that part-linux_amd64\.json speaks of"),
        (lambda dist: (dist / "acme_1.2.3_linux_amd64.tar.gz").unlink(), r"linux_amd64\.tar\.gz: No such file"),
        (lambda dist: change(dist, project="other"), r"it is of the project other, and this release of acme"),
        (lambda dist: change(dist, release="1.2.4"), r"it is of the version 1\.2\.4, and this release of 1\.2\.3"),
        (lambda dist: change(dist, commit=""), r"it is of the commit none, and this release of [0-9a-f]{40}"),
        (lambda dist: change(dist, target="darwin_arm64"), r"nothing is built for darwin_arm64"),
        (lambda dist: change(dist, version=2), r"part-linux_amd64\.json: "),
        (lambda dist: (dist / "part-linux_amd64.json").write_bytes(b"\xff{"), r"part-linux_amd64\.json: "),
        (double, r"part-linux_amd64\.json is a part for linux_amd64 too"),
        (without, r"it has no acme_1\.2\.3_linux_amd64\.tar\.gz"),
        (more, r"extra is none of this release"),
        (empty, r"no part-\*\.json is in "),
        (lambda dist: shutil.rmtree(dist), r"no such folder"),
    ],
)
def test_what_is_not_of_this_release(dist, wanted, harm, words):
    harm(dist)
    with pytest.raises(WherryError, match=words):
        merge(dist, wanted)
