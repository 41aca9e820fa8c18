"""Versions of packages: what comes before a release is before it for dpkg and rpm."""

from __future__ import annotations

import itertools
import shutil
import subprocess

import pytest

from wherry.commands.release.package.version import linux_version
from wherry.errors import UsageError

PEP440 = (
    "1.0.dev1 1.0a1.dev1 1.0a1 1.0a1.post1 1.0a2 1.0a10 1.0b1 1.0rc1.dev2 1.0rc1 1.0 1.0+local.1 1.0.post1.dev1"
    " 1.0.post1 1.0-2 1.0r3 1.0.1 1.1.dev1 1.1a1 1.1 1.10 2026.1"
)
SEMVER = (
    "1.0.0-0.3.7 1.0.0-alpha 1.0.0-alpha.1 1.0.0-beta.2 1.0.0-beta.11 1.0.0-dev.1 1.0.0-rc.1 1.0.0"
    " 1.0.1-SNAPSHOT-0a1b2c3 1.0.1 1.0.1-3-g0a1b2c3 1.0.2-next.1 1.0.2"
)


@pytest.mark.parametrize(
    ("text", "version"),
    [
        pytest.param("1.2.3", "1.2.3", id="plain"),
        pytest.param("v1.2.3", "1.2.3", id="v"),
        pytest.param("1.2.3-rc.1", "1.2.3~rc.1", id="SemVer"),
        pytest.param("1.2.3-0.3.7", "1.2.3~~0.3.7", id="SemVer with numbers"),
        pytest.param("1.2.3rc1", "1.2.3~rc1", id="PEP 440"),
        pytest.param("1.2.3.dev4", "1.2.3~~dev4", id="dev"),
        pytest.param("1.2.3rc1.dev4", "1.2.3~rc1~dev4", id="dev of a candidate"),
        pytest.param("1.2.3.post1", "1.2.3+post1", id="post comes after"),
        pytest.param("1.2.3.post1.dev4", "1.2.3+post1~dev4", id="dev of a post"),
        pytest.param("1.2.3+build.5", "1.2.3+build.5", id="build"),
        pytest.param("1.2.3.build5", "1.2.3.build5", id="a word that begins as beta does"),
        pytest.param("1.2.3-SNAPSHOT-0a1b2c3", "1.2.3~SNAPSHOT.0a1b2c3", id="snapshot"),
        pytest.param("1.2.3-1", "1.2.3+post1", id="PEP 440's other post"),
        pytest.param("1.2.3-4-g0a1b2c3", "1.2.3+post4.g0a1b2c3", id="git describe"),
    ],
)
def test_versions(text, version):
    assert linux_version(text) == version


@pytest.mark.parametrize("text", ["latest", "", "v", "\u0661.\u0662", "1!2.0"])
def test_no_version(text):
    with pytest.raises(UsageError):
        linux_version(text)


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not installed")
@pytest.mark.parametrize("order", [PEP440.split(), SEMVER.split()], ids=["PEP 440", "SemVer"])
def test_the_order_for_dpkg(order):
    for before, after in itertools.pairwise(map(linux_version, order)):
        ran = subprocess.run(["dpkg", "--compare-versions", before, "lt", after], check=False)
        assert ran.returncode == 0, f"{before} < {after}"


@pytest.mark.skipif(shutil.which("rpm") is None, reason="rpm is not installed")
@pytest.mark.parametrize("order", [PEP440.split(), SEMVER.split()], ids=["PEP 440", "SemVer"])
def test_the_order_for_rpm(order):
    pairs = list(itertools.pairwise(map(linux_version, order)))
    asked = " ".join(f"print(rpm.vercmp('{before}', '{after}') .. ' ');" for before, after in pairs)
    told = subprocess.run(["rpm", "--eval", f"%{{lua: {asked}}}"], capture_output=True, text=True, check=True).stdout
    assert dict(zip(pairs, told.split(), strict=True)) == dict.fromkeys(pairs, "-1")
