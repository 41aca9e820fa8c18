"""Files that appear when all are whole, the part manifest, and the lines about them."""

from __future__ import annotations

import hashlib

import pytest

from wherry.commands.release.build import output, words
from wherry.commands.release.build.manifest import Part, PartArtifact, PartBuild, decode, encode
from wherry.commands.release.inventory import Inventory
from wherry.errors import UsageError, WherryError

PART = Part(
    version=1,
    project="acme",
    release="1.2.3",
    tag="v1.2.3",
    snapshot=False,
    commit="c0ffee",
    target="linux_amd64",
    epoch_s=1700000000,
    builds=(PartBuild("acme", "acme", "prebuilt", None, 1, False, Inventory(), ()),),
    artifacts=(PartArtifact("acme_1.2.3.deb", "package", "deb", "default", ("acme",), 12345, "0" * 64),),
)


def test_a_workplace_is_gone_afterwards(tmp_path):
    with output.workplace(tmp_path / "new" / "dist", keep_failed=True, say=print) as work:
        assert work.parent == tmp_path / "new"
        assert work.stat().st_mode & 0o77 == 0
        (work / "locked").mkdir()
        (work / "locked" / "file").write_text("")
        (work / "locked").chmod(0o500)
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("keep", [True, False])
def test_a_workplace_after_a_failure(tmp_path, keep):
    said = []
    with (
        pytest.raises(KeyboardInterrupt),
        output.workplace(tmp_path / "dist", keep_failed=keep, say=said.append) as work,
    ):
        raise KeyboardInterrupt
    assert work.exists() is keep
    assert said == ([f"{work} has what was made so far"] if keep else [])


def test_publish_puts_all_in_place(tmp_path):
    made, out = tmp_path / "made", tmp_path / "out"
    made.mkdir()
    for name in ("a", "b"):
        (made / name).write_text("new")
    out.mkdir()
    (out / "a").write_text("old")
    output.publish(made, out, ["a", "b"])
    assert [(out / name).read_text() for name in ("a", "b")] == ["new", "new"]


def test_what_is_in_the_way_is_named(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(WherryError, match=r"out: .*exists"):
        output.publish(tmp_path, tmp_path / "out", [])


def test_digest(tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 300_000)
    assert output.digest(tmp_path / "file") == hashlib.sha256(b"x" * 300_000).hexdigest()


def test_a_part_is_read_as_it_was_written():
    assert decode(encode(PART), "part.json") == PART


@pytest.mark.parametrize(
    "change",
    [
        pytest.param((b'"version": 1', b'"version": 2'), id="another format"),
        pytest.param((b"acme_1.2.3.deb", b"../acme_1.2.3"), id="a name that leads out"),
        pytest.param((b"00000000", b"xyz"), id="no digest"),
        pytest.param((b'"package"', b'"sbom"'), id="another kind"),
        pytest.param((b'"tag"', b'"tig"'), id="an unknown key"),
        pytest.param((b"12345", b"-1"), id="a size below nothing"),
        pytest.param((b"{", b""), id="no JSON"),
        pytest.param((b"acme", b"\xff"), id="no UTF-8"),
    ],
)
def test_another_part_is_refused(change):
    with pytest.raises(UsageError, match=r"^part\.json: "):
        decode(encode(PART).replace(*change), "part.json")


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (12_345_678, "12.3 MB"),
        (2_000_000_000, "2.0 GB"),
    ],
)
def test_size(count, expected):
    assert words.size(count) == expected


def test_lines_and_document():
    assert list(words.lines(PART, "dist")) == ["dist/acme_1.2.3.deb  12.3 kB", "dist/part-linux_amd64.json"]
    document = words.document(PART, "dist")
    assert document["manifest"] == "part-linux_amd64.json"
    assert document["artifacts"][0]["size"] == 12345
