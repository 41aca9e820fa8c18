"""Documents of other tools, and what is none."""

from __future__ import annotations

import json

import pytest

from wherry.commands.release.sbom import reading
from wherry.errors import WherryError

SHA = "0123456789abcdef" * 4
CYCLONEDX = {"bomFormat": "CycloneDX", "specVersion": "1.5"}
SPDX = {"spdxVersion": "SPDX-2.3"}


def found(document):
    data = json.dumps(document).encode()
    return [(each.path, each.sha256) for each in reading.files(data)]


def in_cyclonedx(*files):
    hashed = [{"alg": "MD5", "content": "00"}, {"alg": "SHA-256", "content": SHA.upper()}]
    return {**CYCLONEDX, "components": [{"type": "file", "name": name, "hashes": hashed} for name in files]}


def in_spdx(*files):
    sums = [{"algorithm": "SHA1", "checksumValue": "00"}, {"algorithm": "SHA256", "checksumValue": SHA}]
    return {**SPDX, "files": [{"fileName": name, "checksums": sums} for name in files]}


def test_components_within_components():
    inner = {"type": "library", "name": "inner", "components": in_cyclonedx("b")["components"]}
    document = {**CYCLONEDX, "components": [{"type": "framework", "name": "outer", "components": [inner]}]}
    assert found(document) == [("b", SHA)]
    names = [each.name for each in reading.components(json.dumps(document).encode())]
    assert names == ["outer", "inner"]


def test_what_the_document_is_about_is_no_component():
    packages = [{"SPDXID": f"SPDXRef-{name}", "name": name} for name in ("acme", "dep")]
    by_relationship = {
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-acme"}
        ]
    }
    for said in (by_relationship, {"documentDescribes": ["SPDXRef-acme"]}):
        data = json.dumps({**SPDX, "packages": packages, **said}).encode()
        assert [each.name for each in reading.components(data)] == ["dep"]


@pytest.mark.parametrize("document", [in_cyclonedx("b", "a/c"), in_spdx("./b", "a/c")], ids=["cyclonedx", "spdx"])
def test_files_by_path(document):
    assert found(document) == [("a/c", SHA), ("b", SHA)]


@pytest.mark.parametrize("write", [in_cyclonedx, in_spdx])
@pytest.mark.parametrize("name", ["/a", "../a", "a/../b", "a//b", "", "a/", "a\\b", ".", "./../a", "././a"])
def test_paths_that_are_none_within_the_program(write, name):
    with pytest.raises(WherryError, match=r"which is no path within the program$"):
        found(write(name))


@pytest.mark.parametrize("write", [in_cyclonedx, in_spdx])
def test_twice(write):
    with pytest.raises(WherryError, match=r"^the bill of materials has a twice$"):
        found(write("a", "a"))


@pytest.mark.parametrize("value", [None, "", "00", SHA[:-1], SHA + "0", SHA[:-1] + "g"])
def test_a_file_without_its_hash(value):
    hashes = [] if value is None else [{"alg": "SHA-256", "content": value}]
    document = {**CYCLONEDX, "components": [{"type": "file", "name": "a", "hashes": hashes}]}
    with pytest.raises(WherryError, match=r"^the bill of materials has no SHA-256 of a$"):
        found(document)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "this is no bill of materials: Input data was truncated", id="empty"),
        pytest.param(b"\xff", "this is no bill of materials: ", id="bytes"),
        pytest.param(b"[]", "this is no bill of materials: Expected `object`, got `array`", id="a list"),
        pytest.param(b"{}", ", and this is neither", id="an object"),
        pytest.param(b'{"spdxVersion": "SPDX-3.0"}', ", and this is SPDX-3.0", id="SPDX 3"),
        pytest.param(b'{"bomFormat": "CycloneDX"}', ", and this is CycloneDX", id="no version"),
        pytest.param(b'{"bomFormat": "CycloneDX", "specVersion": "2.0"}', "is CycloneDX 2.0", id="version 2"),
        pytest.param(json.dumps({**CYCLONEDX, "components": [{}]}).encode(), "missing required field", id="no name"),
        pytest.param(json.dumps({**SPDX, "files": 1}).encode(), "got `int` - at `$.files`", id="files"),
        pytest.param(b'{"a":' * 100_000, "this is no bill of materials: ", id="deep"),
    ],
)
def test_nonsense(data, words):
    for read in (reading.files, reading.components):
        with pytest.raises(WherryError) as error:
            read(data)
        assert words in str(error.value)


def test_components_without_end():
    document = {"type": "library", "name": "a"}
    for _ in range(200):
        document = {"type": "library", "name": "a", "components": [document]}
    with pytest.raises(WherryError, match="components within components without end"):
        found({**CYCLONEDX, "components": [document]})
