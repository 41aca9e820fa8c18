"""Which target is built for, and what is said of one that cannot be."""

from __future__ import annotations

import pytest

from wherry.commands.release.build import choice, host
from wherry.commands.release.reading import read
from wherry.errors import UsageError

FROZEN = "{builder: pyinstaller, entry: 'acme:main', targets: [linux_amd64, darwin_arm64]}"
PREBUILT = "{builder: prebuilt, prebuilt: {path: acme}, targets: [linux_amd64, windows_arm64]}"


def file(*builds):
    return read(f"version: 1\nproject_name: acme\nbuilds: [{', '.join(builds)}]".encode(), "release.yml").file


@pytest.mark.parametrize(
    ("platform", "machine", "expected"),
    [
        ("linux", "x86_64", "linux_amd64"),
        ("linux", "aarch64", "linux_arm64"),
        ("darwin", "arm64", "darwin_arm64"),
        ("win32", "AMD64", "windows_amd64"),
        ("win32", "ARM64", "windows_arm64"),
        ("freebsd14", "riscv64", "freebsd14_riscv64"),
    ],
)
def test_host(platform, machine, expected):
    assert host.target(platform, machine) == expected


@pytest.mark.parametrize(
    ("builds", "asked", "expected"),
    [
        pytest.param([FROZEN], None, "linux_amd64", id="the host's"),
        pytest.param([FROZEN], "linux_amd64", "linux_amd64", id="told"),
        pytest.param([PREBUILT], "windows_arm64", "windows_arm64", id="prebuilt for another"),
    ],
)
def test_chosen(builds, asked, expected):
    assert choice.target(file(*builds), asked, "linux_amd64") == expected


@pytest.mark.parametrize(
    ("builds", "asked", "on", "words"),
    [
        pytest.param([FROZEN], "linux_amd46", "linux_amd64", "no target; did you mean", id="a typing error"),
        pytest.param([FROZEN], "beos", "linux_amd64", "'beos' is no target; there is linux_amd64, ", id="none"),
        pytest.param([FROZEN], None, "linux_arm64", "for linux_arm64; there is linux_amd64, darwin_arm64", id="host"),
        pytest.param([FROZEN], "darwin_arm64", "linux_amd64", "for darwin_arm64 cannot be made on", id="other"),
    ],
)
def test_refused(builds, asked, on, words):
    with pytest.raises(UsageError) as error:
        choice.target(file(*builds), asked, on)
    assert words in str(error.value)
