"""Inventories that are given, and what is none."""

from __future__ import annotations

import json

import pytest

from wherry.commands.release.inventory import Distribution, Inventory, Library, Python, SystemPackage, decode
from wherry.errors import UsageError

SHA = "a" * 64
PACKAGE = {"type": "deb", "vendor": "debian", "name": "libssl3", "version": "3.0", "arch": "amd64"}
WHOLE = {
    "distributions": [
        {"name": "Zope.Interface", "version": "6.0", "licenses": ["ZPL 2.1"], "archive": "zope.whl", "sha256": SHA},
        {"name": "acme", "version": "1", "license_expression": "MIT", "requires": ["zope-interface"]},
    ],
    "python": {"implementation": "CPython", "version": "3.12.1"},
    "libraries": [{"name": "libssl.so.3", "sha256": SHA, "soname": "libssl.so.3", "package": PACKAGE}],
}


def read(document):
    return decode(json.dumps(document).encode(), "made.json")


def test_a_whole_one():
    assert read(WHOLE) == Inventory(
        (
            Distribution("Zope.Interface", "6.0", licenses=("ZPL 2.1",), archive="zope.whl", sha256=SHA),
            Distribution("acme", "1", license_expression="MIT", requires=("zope-interface",)),
        ),
        Python("CPython", "3.12.1"),
        (Library("libssl.so.3", SHA, "libssl.so.3", SystemPackage("deb", "debian", "libssl3", "3.0", "amd64")),),
    )
    assert read({}) == Inventory()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        pytest.param([], "Expected `object`, got `array`", id="a list"),
        pytest.param({"files": []}, "Object contains unknown field `files`", id="an unknown key"),
        pytest.param(
            {"distributions": [{"name": "a"}]},
            "missing required field `version` - at `$.distributions[0]`",
            id="no version",
        ),
        pytest.param({"distributions": [{"name": "a b", "version": "1"}]}, "at `$.distributions[0].name`", id="a name"),
        pytest.param(
            {"distributions": [{"name": "a", "version": "1\n2"}]}, "at `$.distributions[0].version`", id="two lines"
        ),
        pytest.param({"libraries": [{"name": "x", "sha256": "A" * 64}]}, "at `$.libraries[0].sha256`", id="a hash"),
        pytest.param({"libraries": [{"name": "x", "sha256": SHA}] * 2}, "libraries has x twice", id="a library twice"),
        pytest.param(
            {"distributions": [{"name": name, "version": "1"} for name in ("a_b", "A.B")]},
            "distributions has a-b twice",
            id="a distribution twice",
        ),
        pytest.param(
            {"distributions": [{"name": "a", "version": "1", "requires": ["b"]}]},
            "a requires b, which is not among the distributions",
            id="what is not there",
        ),
        pytest.param({"python": "3.12"}, "Expected `object | null`, got `str` - at `$.python`", id="a python"),
    ],
)
def test_what_is_none(document, words):
    with pytest.raises(UsageError) as error:
        read(document)
    assert str(error.value).startswith("made.json: ")
    assert words in str(error.value)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff"])
def test_no_json(data):
    with pytest.raises(UsageError, match=r"^made\.json: "):
        decode(data, "made.json")
