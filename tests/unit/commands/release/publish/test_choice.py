"""What is done with each file, seen what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from wherry.commands.release.forges.store import Asset, Posted, Upload
from wherry.commands.release.publish.choice import Action, check_unpublished, choose, strangers
from wherry.errors import WherryError

FILE = Upload("acme.tar.gz", Path("acme.tar.gz"), 3, "ab" * 32, "application/gzip")


def posted(*assets, draft=True):
    return Posted("1", "https://forge.test/1", draft, assets)


def asset(size=3, sha256=FILE.sha256, *, whole=True, name=FILE.name):
    return Asset("7", name, size, sha256, whole)


@pytest.mark.parametrize(
    "there, action",
    [
        pytest.param(None, Action.UPLOAD, id="no release"),
        pytest.param(posted(), Action.UPLOAD, id="not there"),
        pytest.param(posted(asset(name="other")), Action.UPLOAD, id="another is there"),
        pytest.param(posted(asset()), Action.KEEP, id="there"),
        pytest.param(posted(asset(sha256=None)), Action.COMPARE, id="no digest"),
        pytest.param(posted(asset(sha256="cd" * 32)), Action.REPLACE, id="another digest"),
        pytest.param(posted(asset(size=2, sha256=None)), Action.REPLACE, id="another size"),
        pytest.param(posted(asset(whole=False)), Action.REPLACE, id="half"),
    ],
)
def test_choose(there, action):
    (choice,) = choose([FILE], there)
    assert (choice.action, choice.file) == (action, FILE)
    assert (choice.asset is None) == (action is Action.UPLOAD)


def test_strangers():
    assert strangers([FILE], posted(asset(), asset(name="notes.pdf"), asset(name="b"))) == ("b", "notes.pdf")


@pytest.mark.parametrize(
    "there, replace",
    [
        (None, False),
        (posted(asset(sha256="cd" * 32)), False),
        (posted(asset(), draft=False), False),
        (posted(asset(sha256=None), draft=False), False),
        (posted(draft=False), True),
    ],
)
def test_what_may_change(there, replace):
    check_unpublished(choose([FILE], there), there, "v1", replace=replace)


@pytest.mark.parametrize("there", [posted(draft=False), posted(asset(sha256="cd" * 32), draft=False)])
def test_what_is_published_stays(there):
    with pytest.raises(WherryError, match=r"^v1 is published already, and acme\.tar\.gz would be changed in it$"):
        check_unpublished(choose([FILE], there), there, "v1", replace=False)


def test_how_many_would_change():
    there = posted(draft=False)
    files = [FILE, FILE, FILE]
    with pytest.raises(WherryError, match=r"acme\.tar\.gz and 2 more would be changed"):
        check_unpublished(choose(files, there), there, "v1", replace=False)
