"""Which builds may have it."""

from __future__ import annotations

import msgspec
import pytest

from wherry.commands.release.file import PyInstallerBuild

LINUX = {"builder": "pyinstaller", "entry": "acme:main", "mode": "launcher", "targets": ["linux_amd64", "linux_arm64"]}


def read(build):
    return msgspec.convert(build, PyInstallerBuild)


def test_builds_for_linux():
    assert read(LINUX).mode == "launcher"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param(
            {"targets": ["linux_amd64", "windows_arm64"]},
            "mode launcher is for Linux; give windows_arm64 a build of its own",
            id="for another system too",
        ),
        pytest.param(
            {"targets": ["darwin_amd64", "darwin_arm64"]},
            "mode launcher is for Linux; give darwin_amd64, darwin_arm64 a build of their own",
            id="for other systems",
        ),
        pytest.param({"entry": None, "spec": "a.spec"}, "mode launcher goes with entry", id="with a spec"),
    ],
)
def test_others_are_refused(changes, fault):
    with pytest.raises(msgspec.ValidationError, match=fault):
        read({**LINUX, **changes})
