"""Versions: SemVer and PEP 440 in their parts, which tag counts, where a version comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wherry.commands.release.git import GitFacts
from wherry.commands.release.project import Metadata
from wherry.commands.release.version import choose, newest, number, same
from wherry.core.record import replace
from wherry.errors import UsageError

GIT = GitFacts("c" * 40, (), None, None, "main", 0, "", dirty=False)


@pytest.mark.parametrize(
    "text, parts",
    [
        pytest.param("1.2.3", (1, 2, 3, "", ""), id="both"),
        pytest.param("v10.20.30", (10, 20, 30, "", ""), id="v"),
        pytest.param("1.2.3-rc.1", (1, 2, 3, "rc.1", ""), id="semver prerelease"),
        pytest.param("1.2.3-rc.1+linux.5", (1, 2, 3, "rc.1", "linux.5"), id="semver build"),
        pytest.param("1.2.3rc1", (1, 2, 3, "rc1", ""), id="pep 440 prerelease"),
        pytest.param("1.2.dev4", (1, 2, 0, "dev4", ""), id="pep 440 dev"),
        pytest.param("1.2a1.dev4", (1, 2, 0, "a1.dev4", ""), id="pep 440 prerelease and dev"),
        pytest.param("1.2.3.post1", (1, 2, 3, "", ""), id="pep 440 post is no prerelease"),
        pytest.param("1!2.3+local.1", (2, 3, 0, "", "local.1"), id="pep 440 epoch and local"),
        pytest.param("2024.1", (2024, 1, 0, "", ""), id="calendar"),
        pytest.param("1", (1, 0, 0, "", ""), id="one number"),
        pytest.param("1.2.3.4", (1, 2, 3, "", ""), id="four numbers"),
    ],
)
def test_parts(text, parts):
    found = number(text)
    assert (found.major, found.minor, found.patch, found.prerelease, found.build) == parts
    assert found.text == text.removeprefix("v")


@pytest.mark.parametrize("text", ["", "v", "latest", "1.2.x", "release-1.2.3", "1.2.3 ", "1..2", "vv1", "1.2.3-", "²"])
def test_no_version(text):
    assert number(text) is None


@given(st.text(alphabet="v0123456789.abcrdevpost-+_!", max_size=30))
def test_any_text_is_a_version_or_none(text):
    found = number(text)
    assert found is None or (found.major >= 0 and text.endswith(found.text))
    assert same(text, text)


@pytest.mark.parametrize(
    "tags, highest",
    [
        pytest.param([], None, id="none"),
        pytest.param(["nightly", "latest"], None, id="none that is a version"),
        pytest.param(["v1.9.0", "v1.10.0", "stable"], "v1.10.0", id="by number"),
        pytest.param(["v1.0.0-rc.1", "v1.0.0"], "v1.0.0", id="a release after its candidates"),
        pytest.param(["v1.0.0-rc.2", "v1.0.0-rc.10"], "v1.0.0-rc.10", id="candidates by number"),
        pytest.param(["1.0b2", "1.0rc1", "1.0a3"], "1.0rc1", id="pep 440"),
        pytest.param(["v1.0.0-1", "v1.0.0-rc"], "v1.0.0-rc", id="numbers before words, as SemVer says"),
    ],
)
def test_newest(tags, highest):
    assert newest(tags) == highest
    assert newest(reversed(tags)) == highest


@pytest.mark.parametrize(
    "one, other, equal",
    [
        ("1.2.3", "1.2.3", True),
        ("v1.2.3-rc.1", "1.2.3rc1", True),
        ("1.2.3-beta.2", "1.2.3b2", True),
        ("1.2.0", "1.2", True),
        ("1.2.0-alpha", "1.2a0", True),
        ("1.2.3.dev4", "1.2.3-dev4", True),
        ("1.2.3", "1.2.4", False),
        ("1.2.3", "1.2.3rc1", False),
        ("1.2", "1.20", False),
    ],
)
def test_same(one, other, equal):
    assert same(one, other) is equal
    assert same(other, one) is equal


@pytest.mark.parametrize(
    "git, version, text, origin, tag, snapshot",
    [
        pytest.param(replace(GIT, tags=("v1.2.3",)), "9.9.9", "1.2.3", "tag v1.2.3", "v1.2.3", False, id="tag first"),
        pytest.param(replace(GIT, tags=("1.2.3",)), None, "1.2.3", "tag 1.2.3", "1.2.3", False, id="tag without v"),
        pytest.param(replace(GIT, tags=("nightly",)), "1.0", "1.0", "pyproject.toml", "v1.0", False, id="another tag"),
        pytest.param(None, "1.0", "1.0", "pyproject.toml", "v1.0", False, id="no git"),
        pytest.param(replace(GIT, last_tag="v0.9.0"), None, "0.9.0", "last tag v0.9.0", None, True, id="last tag"),
        pytest.param(GIT, None, "0.0.0", "no tag, and no version in pyproject.toml", None, True, id="nothing"),
        pytest.param(None, None, "0.0.0", "no tag, and no version in pyproject.toml", None, True, id="not even git"),
    ],
)
def test_choose(git, version, text, origin, tag, snapshot):
    metadata = Metadata("acme", version) if version else None
    found = choose(git, metadata, snapshot=False)
    assert (found.text, found.origin, found.tag, found.snapshot) == (text, origin, tag, snapshot)
    asked = choose(git, metadata, snapshot=True)
    assert (asked.text, asked.origin, asked.tag, asked.snapshot) == (text, origin, None, True)


def test_a_version_of_the_project_that_is_none():
    with pytest.raises(UsageError, match=r"^acme/about\.py: 'one' is not a version such as 1\.2\.3$"):
        choose(GIT, Metadata("acme", "one", "acme/about.py"), snapshot=False)
