"""Whatever is packed comes out again, by readers that share nothing with the writers."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from packages_read import ar_members, cpio_files, deb_files, rpm_headers, tar_files

from wherry.commands.release.build.item import Item
from wherry.commands.release.package.deb import write_deb
from wherry.commands.release.package.facts import PackageFacts
from wherry.commands.release.package.rpm import write_rpm
from wherry.commands.release.package.tar import write_tar_gz
from wherry.commands.release.package.zip import write_zip

FACTS = PackageFacts(name="hello", version="1.0", processor="arm64", description="Says hello", maintainer="A <a@b.c>")
LETTERS = st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="/")
PARTS = st.text(LETTERS, min_size=1, max_size=130).filter(lambda part: part not in (".", ".."))
PLACES = st.lists(PARTS, min_size=1, max_size=5).map("/".join)
# Without files below files: each name has a last part that no folder has.
NAMES = PLACES.map(lambda place: f"{place}.f").filter(lambda name: ".f/" not in name)
FILES = st.builds(
    lambda data, executable: {"data": data, "executable": executable}, st.binary(max_size=300), st.booleans()
)
LINKS = st.builds(lambda link: {"link": link}, PLACES)
ITEMS = st.dictionaries(NAMES, FILES | LINKS, max_size=6).map(
    lambda found: tuple(Item(name, **fields) for name, fields in found.items())
)
TIMES_S = st.integers(0, (1 << 32) - 1)


def written(write, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "out")
        write(target, *arguments)
        return target.read_bytes()


def expected(items):
    """Name to (mode, contents or link)."""
    return {
        item.name: (0o777, item.link) if item.link is not None else (0o755 if item.executable else 0o644, item.data)
        for item in items
    }


@given(ITEMS, TIMES_S)
@settings(max_examples=60)
def test_tar(items, time_s):
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "out")
        write_tar_gz(target, items, time_s)
        with tarfile.open(target) as archive:
            assert {entry.mtime for entry in archive} <= {time_s}
            assert tar_files(archive) == expected(items)


@given(ITEMS, TIMES_S)
@settings(max_examples=60)
def test_zip(items, time_s):
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "out")
        write_zip(target, items, time_s)
        with zipfile.ZipFile(target) as archive:
            assert archive.testzip() is None
            found = {entry.filename: (entry.external_attr >> 16, archive.read(entry)) for entry in archive.infolist()}
    wanted = {
        name: (0o120777, told.encode()) if isinstance(told, str) else (0o100000 | mode, told)
        for name, (mode, told) in expected(items).items()
    }
    assert found == wanted


@given(ITEMS, TIMES_S)
@settings(max_examples=60)
def test_deb(items, time_s):
    data = written(write_deb, items, FACTS, time_s)
    assert list(ar_members(data)) == ["debian-binary", "control.tar.gz", "data.tar.xz"]
    found = deb_files(data)
    del found["usr/share/doc/hello/changelog.gz"]
    assert found == expected(items)


@given(ITEMS, TIMES_S)
@settings(max_examples=60)
def test_rpm(items, time_s):
    data = written(write_rpm, items, FACTS, time_s)
    signatures, facts, payload = rpm_headers(data)
    assert cpio_files(payload) == expected(items)
    assert signatures[1007] == [len(payload)]
    assert facts[1022] == ["aarch64"]
    names = [
        f"{facts[1118][place]}{name}" for place, name in zip(facts.get(1116, ()), facts.get(1117, ()), strict=True)
    ]
    assert names == sorted(names, key=str.encode)
    digests = dict(zip(names, facts.get(1035, ()), strict=True))
    for name, (_, told) in expected(items).items():
        assert digests[f"/{name}"] == (hashlib.sha256(told).hexdigest() if isinstance(told, bytes) else "")
