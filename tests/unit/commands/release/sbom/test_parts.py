"""Package URLs, judged by the library of those who specify them; circles of needs; pages; a program of a manifest."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judges import NAMES, PACKAGES, TEXTS, file
from packageurl import PackageURL

from wherry.commands.release.build.manifest import Part, PartBuild
from wherry.commands.release.inventory import Inventory, Python, SystemPackage
from wherry.commands.release.sbom import graph, purl, writing
from wherry.commands.release.sbom.words import page


@given(NAMES, TEXTS)
def test_a_distribution_s_url(name, version):
    read = PackageURL.from_string(purl.of_distribution(name, version))
    assert (read.type, read.namespace, read.version) == ("pypi", None, version.strip() or None)
    assert read.name == name.lower().replace("_", "-")


@given(PACKAGES)
def test_a_package_s_url(package):
    read = PackageURL.from_string(purl.of_package(package))
    assert (read.type, read.namespace) == (package.type, package.vendor)


@pytest.mark.parametrize(
    ("package", "expected"),
    [
        (
            SystemPackage("deb", "debian", "libstdc++6", "1:12.2~rc+b1", "amd64"),
            "pkg:deb/debian/libstdc%2B%2B6@1:12.2~rc%2Bb1?arch=amd64",
        ),
        (
            SystemPackage("rpm", "fedora", "openssl-libs", "1:3.1.1-4.fc39", "x86_64"),
            "pkg:rpm/fedora/openssl-libs@3.1.1-4.fc39?arch=x86_64&epoch=1",
        ),
    ],
)
def test_packages(package, expected):
    assert purl.of_package(package) == expected
    assert PackageURL.from_string(expected).to_string() == expected


def test_a_local_version_is_escaped():
    assert purl.of_distribution("Torch_X.y", "2.1+cu118") == "pkg:pypi/torch-x.y@2.1%2Bcu118"


@pytest.mark.parametrize(
    ("python", "expected"),
    [(Python("CPython", "3.12.1"), "pkg:generic/python@3.12.1"), (Python("PyPy", "7.3"), "pkg:generic/pypy@7.3")],
)
def test_pythons(python, expected):
    assert purl.of_python(python) == expected


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        pytest.param({}, (), id="none"),
        pytest.param({"a": ("b",), "b": (), "c": ()}, ("a", "c"), id="what no other needs"),
        pytest.param({"a": ("b",), "b": ("a",)}, ("a",), id="a circle"),
        pytest.param({"a": ("b",), "b": ("c",), "c": ("b",)}, ("a",), id="a circle that is needed"),
        pytest.param({"a": ("a",)}, ("a",), id="itself"),
    ],
)
def test_what_the_program_needs_itself(needs, expected):
    assert graph.direct(needs) == expected


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"))))
def test_everything_is_reached(needs):
    graph_of_all = {name: tuple(each for each in needs.get(name, ()) if each in needs) for name in needs}
    reached, waiting = set(), [*graph.direct(graph_of_all)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += graph_of_all[name]
    assert reached == {*needs}


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://acme.test", True),
        ("http://acme.test:8080/a/b?c=d&e#f", True),
        ("https://acme.test/%C3%A4", True),
        ("https://acme.test/ä", False),
        ("https://acme.test/%zz", False),
        ("https://acme.test/a b", False),
        ("https://acme.test:port/", False),
        ("https://", False),
        ("ftp://acme.test/", False),
        ("acme.test", False),
        ("UNKNOWN", False),
        (None, False),
    ],
)
def test_pages(url, good):
    assert page(url) == (url if good else None)


def test_a_program_of_a_manifest():
    build = PartBuild("acme", "acme.exe", "prebuilt", None, 0, False, Inventory(), (file("acme.exe"),))
    part = Part(1, "acme", "1.2.3", "v1.2.3", False, "", "windows_amd64", 1700000000, (build,), ())
    said = writing.Said(description="Says hello", license="MIT")
    one, two = (json.loads(writing.write(part, build, kind, said)) for kind in ("cyclonedx", "spdx"))
    assert (one["metadata"]["component"]["name"], two["name"]) == ("acme", "acme-1.2.3-windows_amd64")
    assert writing.write(part, build, "spdx", said) == writing.write(part, build, "spdx", said)
