"""Both formats, judged by the validators of those who made them, and read back."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from judges import file, judge_cyclonedx, judge_spdx, subject, subjects

from wherry.commands.release.inventory import Distribution, Inventory, Library, Python, SystemPackage
from wherry.commands.release.sbom import cyclonedx, reading, spdx

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BOTH = pytest.mark.parametrize("write", [cyclonedx.document, spdx.document], ids=["cyclonedx", "spdx"])
INVENTORY = Inventory(
    (
        Distribution("Acme_Tool", "1.2.3", license_expression="MIT", requires=("zope.interface",)),
        Distribution(
            "zope.interface",
            "6.0",
            licenses=("License :: OSI Approved :: Zope Public License", "License :: Public Domain"),
            homepage="https://zope.test/",
            archive="zope.interface-6.0.tar.gz",
            sha256="b" * 64,
        ),
        Distribution("pyinstaller", "6.11", licenses=("GPLv2-or-later with an exception",), part="bootloader"),
    ),
    Python("CPython", "3.12.1"),
    (
        Library("libssl.so.3", "c" * 64, "libssl.so.3", SystemPackage("deb", "debian", "libssl3", "3.0.1-1", "amd64")),
        Library("libown.so", "d" * 64),
    ),
)
FILES = (file("_internal/libssl.so.3", "c"), file("acme", "e"))


@SOME
@given(subjects())
def test_cyclonedx_is_valid_whatever_is_in_it(about):
    document = cyclonedx.document(about)
    judge_cyclonedx(document)
    assert cyclonedx.document(about) == document


@SOME
@given(subjects())
def test_spdx_is_valid_whatever_is_in_it(about):
    document = spdx.document(about)
    judge_spdx(document)
    assert spdx.document(about) == document


def test_the_judges_find_fault():
    with pytest.raises(AssertionError):
        judge_cyclonedx({**cyclonedx.document(subject()), "serialNumber": "urn:uuid:none"})
    wrong = spdx.document(subject(files=FILES))
    del wrong["files"][0]["checksums"][0]
    with pytest.raises(AssertionError):
        judge_spdx(wrong)


@SOME
@given(subjects())
def test_both_are_read_back_alike(about):
    one, two = (json.dumps(write(about)).encode() for write in (cyclonedx.document, spdx.document))
    assert reading.files(one) == reading.files(two)
    assert {each.path: each.sha256 for each in reading.files(one)} == {each.path: each.sha256 for each in about.files}
    assert reading.components(one) == reading.components(two)


@BOTH
def test_what_it_says(write):
    data = json.dumps(write(subject(INVENTORY, FILES))).encode()
    assert [(each.name, each.version, each.purl, (each.sha256 or "")[:1]) for each in reading.components(data)] == [
        ("Acme_Tool", "1.2.3", "pkg:pypi/acme-tool@1.2.3", ""),
        ("zope.interface", "6.0", "pkg:pypi/zope.interface@6.0", "b"),
        ("pyinstaller", "6.11", "pkg:pypi/pyinstaller@6.11", ""),
        ("CPython", "3.12.1", "pkg:generic/python@3.12.1", ""),
        ("libssl.so.3", "3.0.1-1", "pkg:deb/debian/libssl3@3.0.1-1?arch=amd64", "c"),
        ("libown.so", "", "", "d"),
    ]
    assert [each.path for each in reading.files(data)] == ["_internal/libssl.so.3", "acme"]


@BOTH
@pytest.mark.parametrize("change", [{"version": "1.2.4"}, {"target": "linux_arm64"}, {"license": "MIT"}])
def test_another_document_is_another_one(write, change):
    def identity(document):
        return document.get("serialNumber") or document["documentNamespace"].rpartition("-")

    about = subject(INVENTORY, FILES)
    other = type(about)(**{**about.__dict__, **change})
    assert identity(write(about)) != identity(write(other))


def by_name(document, name):
    return next(each for each in document.get("components") or document["packages"] if each["name"] == name)


def test_licences_in_cyclonedx():
    document = cyclonedx.document(subject(INVENTORY, FILES, license="MIT OR 0BSD"))
    declared = {"acknowledgement": "declared"}
    assert document["metadata"]["component"]["licenses"] == [{"expression": "MIT OR 0BSD", **declared}]
    assert by_name(document, "Acme_Tool")["licenses"] == [{"license": {"id": "MIT", **declared}}]
    names = [each["license"]["name"] for each in by_name(document, "zope.interface")["licenses"]]
    assert names == ["License :: OSI Approved :: Zope Public License", "License :: Public Domain"]
    assert "licenses" not in by_name(document, "libown.so")


def test_licences_in_spdx():
    document = spdx.document(subject(INVENTORY, FILES, license="MIT OR 0BSD"))
    assert by_name(document, "acme")["licenseDeclared"] == "MIT OR 0BSD"
    assert by_name(document, "zope.interface")["licenseDeclared"] == "LicenseRef-1"
    assert [each["extractedText"] for each in document["hasExtractedLicensingInfos"]] == [
        "License :: OSI Approved :: Zope Public License\nLicense :: Public Domain",
        "GPLv2-or-later with an exception",
    ]
    assert by_name(document, "libown.so")["licenseDeclared"] == "NOASSERTION"


def test_one_text_is_one_licence_of_spdx():
    same = Inventory(tuple(Distribution(name, "1", licenses=("My own",)) for name in ("a", "b")))
    assert len(spdx.document(subject(same))["hasExtractedLicensingInfos"]) == 1


def test_what_needs_what():
    document = cyclonedx.document(subject(INVENTORY, FILES))
    needs = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    assert needs["program"] == [
        "distribution:acme-tool", "distribution:pyinstaller", "python", "library:libssl.so.3", "library:libown.so",
    ]  # fmt: skip
    assert needs["distribution:acme-tool"] == ["distribution:zope-interface"]
    assert needs["distribution:zope-interface"] == []


def test_the_hash_of_a_program_of_one_file_is_its_own():
    one = cyclonedx.document(subject(files=(file("acme", "e"),)))["metadata"]["component"]
    assert one["hashes"] == [{"alg": "SHA-256", "content": "e" * 64}]
    assert "hashes" not in cyclonedx.document(subject(files=FILES))["metadata"]["component"]


def test_a_package_of_spdx_is_verified_by_its_files():
    document = spdx.document(subject(files=(file("b", "b"), file("a", "a"))))
    package = by_name(document, "acme")
    # The SHA-1 of forty a and forty b, by sha1sum.
    assert package["packageVerificationCode"]["packageVerificationCodeValue"] == (
        "c361e706434ebcd03e8857c6c8dd2786adaeb3ef"
    )
    assert "packageVerificationCode" not in by_name(spdx.document(subject()), "acme")


@pytest.mark.parametrize(
    ("epoch_s", "expected"),
    [(0, "1970-01-01T00:00:00Z"), (1700000000, "2023-11-14T22:13:20Z"), (4294967295, "2106-02-07T06:28:15Z")],
)
def test_the_time_is_that_of_the_files(epoch_s, expected):
    about = subject()
    about = type(about)(**{**about.__dict__, "epoch_s": epoch_s})
    assert cyclonedx.document(about)["metadata"]["timestamp"] == expected
    assert spdx.document(about)["creationInfo"]["created"] == expected
