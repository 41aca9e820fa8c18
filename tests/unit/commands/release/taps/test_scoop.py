"""Manifests for Scoop."""

from __future__ import annotations

import json

import pytest
from releases import FACTS, FILE, FOLDER, TAP, download, everywhere

from wherry.commands.release.file import Scoop
from wherry.commands.release.publish.downloads import Inside
from wherry.commands.release.taps.scoop import path, text
from wherry.core.record import replace
from wherry.errors import UsageError

# What Scoop's own schema.json says of these keys: the type of each, and which must be there.
TYPES = {"version": str, "description": str, "homepage": str, "license": str, "architecture": dict}
REQUIRED = {"version", "homepage", "license"}
PROCESSORS = {"32bit", "64bit", "arm64"}
TYPES_OF_PROCESSOR = {"url": str, "hash": str, "bin": str | list, "extract_dir": str}


def manifest(downloads, tap=None, facts=FACTS):
    found = json.loads(text(tap or Scoop(TAP), facts, downloads))
    assert REQUIRED <= found.keys() <= TYPES.keys()
    assert all(isinstance(value, TYPES[key]) for key, value in found.items())
    assert found["architecture"].keys() <= PROCESSORS
    for processor in found["architecture"].values():
        assert {"url", "hash", "bin"} <= processor.keys() <= TYPES_OF_PROCESSOR.keys()
        assert all(isinstance(value, TYPES_OF_PROCESSOR[key]) for key, value in processor.items())
    return found


def test_manifest():
    intel, arm = download("windows_amd64"), download("windows_arm64")
    assert manifest(everywhere()) == {
        "version": "1.2.3",
        "description": "Does things",
        "homepage": "https://acme.dev",
        "license": "MIT",
        "architecture": {
            "64bit": {"url": intel.url, "hash": intel.sha256, "bin": "acme.exe"},
            "arm64": {"url": arm.url, "hash": arm.sha256, "bin": "acme.exe"},
        },
    }


def test_the_keys_of_the_file_win():
    tap = Scoop(TAP, name="other", directory="", description="More\nthings", homepage="https://o.dev", license="A OR B")
    assert path(tap, FACTS.name) == "other.json"
    assert path(Scoop(TAP), FACTS.name) == "bucket/acme.json"
    found = manifest(everywhere(), tap)
    assert (found["description"], found["homepage"], found["license"]) == ("More things", "https://o.dev", "A|B")
    assert manifest(everywhere(), Scoop(TAP, license="A AND B"))["license"] == "A,B"
    assert manifest(everywhere(), Scoop(TAP, license="A AND (B OR C)"))["license"] == "A AND (B OR C)"


@pytest.mark.parametrize(
    ("programs", "expected"),
    [
        pytest.param(FOLDER, {"bin": "acme\\acme.exe"}, id="a folder"),
        pytest.param(
            (Inside("acme", "top/acme/acme", "top/acme"),),
            {"extract_dir": "top", "bin": "acme\\acme.exe"},
            id="a folder in a folder",
        ),
        pytest.param(
            (Inside("acme", "a/b/acme", None),), {"extract_dir": "a\\b", "bin": "acme.exe"}, id="two folders around it"
        ),
        pytest.param(
            (*FILE, Inside("acmed", "acmed", None)), {"bin": ["acme.exe", "acmed.exe"]}, id="two programs"
        ),
        pytest.param((Inside("acme", "acme-cli", None),), {"bin": [["acme-cli.exe", "acme"]]}, id="another name"),
    ],
)  # fmt: skip
def test_what_is_called(programs, expected):
    processor = manifest(everywhere(programs))["architecture"]["64bit"]
    assert {key: processor[key] for key in processor if key in ("bin", "extract_dir")} == expected


def test_no_archive():
    of = download("windows_amd64", kind="binary")
    assert manifest([of])["architecture"] == {
        "64bit": {"url": f"{of.url}#/acme.exe", "hash": of.sha256, "bin": "acme.exe"}
    }


def test_what_nobody_gave_is_left_out():
    found = json.loads(text(Scoop(TAP), replace(FACTS, description="", homepage="", license=""), everywhere()))
    assert found.keys() == {"version", "architecture"}


def test_nothing_for_windows():
    with pytest.raises(UsageError, match="Scoop installs on Windows"):
        text(Scoop(TAP), FACTS, everywhere(targets=["linux_amd64"]))
