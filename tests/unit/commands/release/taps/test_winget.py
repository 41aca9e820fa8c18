"""Manifests for winget, as a YAML parser reads them, against what its schemas require."""

from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from releases import FACTS, FOLDER, TAP, download, everywhere

from wherry.commands.release.file import Winget
from wherry.commands.release.publish.downloads import Inside
from wherry.commands.release.taps.winget import folder, identifier, texts
from wherry.core.record import replace
from wherry.errors import UsageError

WINGET = Winget(TAP, "Acme & Sons, Inc.", "Does things: #1", "MIT")
AT = "manifests/a/Acme&Sons,Inc/acme/1.2.3/Acme&Sons,Inc.acme"
HEAD = {"PackageIdentifier", "PackageVersion", "ManifestType", "ManifestVersion"}
REQUIRED = {
    "version": HEAD | {"DefaultLocale"},
    "installer": HEAD | {"Installers"},
    "defaultLocale": HEAD | {"PackageLocale", "Publisher", "PackageName", "License", "ShortDescription"},
}
REQUIRED_OF_INSTALLER = {"Architecture", "InstallerUrl", "InstallerSha256"}


def manifests(downloads, tap=WINGET, facts=FACTS):
    """By their types, after what the schemas say of all: required keys, strings, one identifier and version."""
    found = {}
    for path, text in texts(tap, facts, downloads).items():
        read = yaml.safe_load(text)
        kind = read["ManifestType"]
        assert path.rpartition("/")[0] == folder(tap, facts.name, facts.version)
        assert REQUIRED[kind] <= read.keys()
        assert all(isinstance(value, str) for key, value in read.items() if key != "Installers")
        assert (read["PackageIdentifier"], read["PackageVersion"]) == (identifier(tap, facts.name), facts.version)
        assert text.startswith(
            f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.1.10.0.schema.json\n"
        )
        found[kind] = read
    assert found.keys() == REQUIRED.keys()
    for installer in found["installer"]["Installers"]:
        assert installer.keys() >= REQUIRED_OF_INSTALLER
        assert re.fullmatch("[0-9A-F]{64}", installer["InstallerSha256"])
    return found


def test_three_files():
    assert [*texts(WINGET, FACTS, everywhere())] == [f"{AT}.installer.yaml", f"{AT}.locale.en-US.yaml", f"{AT}.yaml"]
    found = manifests(everywhere())
    assert found["version"]["DefaultLocale"] == "en-US"
    assert found["defaultLocale"] == {
        "PackageIdentifier": "Acme&Sons,Inc.acme",
        "PackageVersion": "1.2.3",
        "PackageLocale": "en-US",
        "Publisher": "Acme & Sons, Inc.",
        "PackageName": "acme",
        "PackageUrl": "https://acme.dev",
        "License": "MIT",
        "ShortDescription": "Does things: #1",
        "Moniker": "acme",
        "ManifestType": "defaultLocale",
        "ManifestVersion": "1.10.0",
    }
    intel, arm = download("windows_amd64"), download("windows_arm64")
    common = {
        "InstallerType": "zip",
        "NestedInstallerType": "portable",
        "NestedInstallerFiles": [{"RelativeFilePath": "acme.exe", "PortableCommandAlias": "acme"}],
    }
    assert found["installer"]["Installers"] == [
        {"Architecture": name, **common, "InstallerUrl": of.url, "InstallerSha256": of.sha256.upper()}
        for name, of in (("x64", intel), ("arm64", arm))
    ]


def test_the_keys_of_the_file():
    tap = Winget(
        TAP, "Acme", "Does things", "MIT", None, "Other", "Own.Id.Here", "Much\nmore: 'about' \"it\"", "https://o.dev"
    )  # fmt: skip
    locale = manifests(everywhere(), tap)["defaultLocale"]
    assert locale["Description"] == "Much\nmore: 'about' \"it\""
    assert (locale["PackageUrl"], locale["PackageName"]) == ("https://o.dev", "Other")
    assert folder(tap, "acme", "2.0") == "manifests/o/Own/Id/Here/2.0"
    assert folder(Winget(TAP, "A. B", "x", "MIT", name="Other"), "acme", "2.0") == "manifests/a/AB/Other/2.0"


@pytest.mark.parametrize(
    ("programs", "files", "depends"),
    [
        pytest.param(FOLDER, [("acme\\acme.exe", "acme")], True, id="a folder"),
        pytest.param((Inside("acme", "top/acme/acme", "top/acme"),), [("top\\acme\\acme.exe", "acme")], True, id="top"),
        pytest.param(
            (*FOLDER, Inside("acmed", "acmed", None)),
            [("acme\\acme.exe", "acme"), ("acmed.exe", "acmed")],
            None,
            id="two programs",
        ),
    ],
)  # fmt: skip
def test_what_is_called(programs, files, depends):
    for installer in manifests(everywhere(programs))["installer"]["Installers"]:
        nested = [
            (each["RelativeFilePath"], each["PortableCommandAlias"]) for each in installer["NestedInstallerFiles"]
        ]
        assert nested == files
        assert installer.get("ArchiveBinariesDependOnPath") is depends


def test_no_archive():
    (installer,) = manifests([download("windows_arm64", kind="binary")])["installer"]["Installers"]
    assert (installer["InstallerType"], installer["Commands"]) == ("portable", ["acme"])
    assert "NestedInstallerType" not in installer


@pytest.mark.parametrize("version", ["1.10", "1e3", "2024", "0x10", "1.2.3-rc.1+build.5", "1_000"])
def test_a_version_stays_a_text(version):
    manifests(everywhere(), facts=replace(FACTS, version=version))


@pytest.mark.parametrize("digest", ["0" * 64, "1e" + "0" * 62])
def test_a_digest_stays_a_text(digest):
    manifests([replace(download("windows_amd64"), sha256=digest)])


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=3, max_size=100))
def test_texts_are_just_that_to_yaml(text):
    tap = Winget(TAP, text, text, text, package_identifier="Own.Id", description=f"{text}\t\n \x85{text}")
    locale = manifests(everywhere(), tap)["defaultLocale"]
    assert [locale[key] for key in ("Publisher", "ShortDescription", "License")] == [text] * 3
    assert locale["Description"] == tap.description


@pytest.mark.parametrize(
    ("tap", "downloads", "words"),
    [
        pytest.param(WINGET, everywhere(targets=["linux_amd64"]), "no archive for it", id="nothing for Windows"),
        pytest.param(WINGET, everywhere(kind="tar.gz"), "opens zip archives, and acme_1.2.3_windows_amd64", id="tar"),
        pytest.param(Winget(TAP, "A" * 33, "Does things", "MIT"), everywhere(), "no package_identifier", id="too long"),
        pytest.param(Winget(TAP, "A/B", "Does things", "MIT"), everywhere(), "no package_identifier", id="a slash"),
        pytest.param(Winget(TAP, "Acme", "x", "MIT"), everywhere(), "ShortDescription to have 3 to 256", id="short"),
        pytest.param(Winget(TAP, "Acme", "Does things", "X"), everywhere(), "License to have 3 to 512", id="license"),
    ],
)  # fmt: skip
def test_what_the_schema_refuses(tap, downloads, words):
    with pytest.raises(UsageError, match=words):
        texts(tap, FACTS, downloads)
